/** What a scenario is to the shell. */
export interface Page {
  /** Draws it; what it returns ends it. */
  mount(main: HTMLElement): () => void;
  /** What it shows, in the visitor's language. */
  about(): string[];
  /** Its rooms. */
  rooms: string[];
}
