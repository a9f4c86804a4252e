type Listener = (...args: any[]) => void;

export interface ListenOptions {
  /** Ends the listening when it is aborted. */
  signal?: AbortSignal;
  /** Listens to one event only. */
  once?: boolean;
}

/** Listeners by name. One that throws costs neither the others nor the connection. */
export class Emitter {
  readonly #listeners = new Map<string, Map<Listener, { call: Listener; forget: () => void }>>();
  readonly #failed: (error: unknown) => void;

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** Adds a listener; adding it twice is adding it once. What is returned removes it. */
  on(name: string, listener: Listener, { signal, once }: ListenOptions = {}): () => void {
    const remove = () => this.off(name, listener);
    if (signal?.aborted)
      return remove;
    remove();
    signal?.addEventListener('abort', remove);
    const listeners = this.#listeners.get(name) ?? new Map();
    this.#listeners.set(name, listeners.set(listener, {
      call: once ? (...args: any[]) => { remove(); listener(...args); } : listener,
      forget: () => signal?.removeEventListener('abort', remove),
    }));
    return remove;
  }

  /** Removes a listener, or all of a name. */
  off(name: string, listener?: Listener): void {
    const listeners = this.#listeners.get(name);
    for (const each of listener ? [listener] : [...listeners?.keys() ?? []]) {
      listeners?.get(each)?.forget();
      listeners?.delete(each);
    }
    if (!listeners?.size)
      this.#listeners.delete(name);
  }

  /** Calls the listeners in the order in which they came. @returns whether there was one */
  emit(name: string, ...args: any[]): boolean {
    const listeners = [...this.#listeners.get(name)?.values() ?? []];
    for (const { call } of listeners) {
      try {
        call(...args);
      } catch (error) {
        this.#failed(error);
      }
    }
    return listeners.length > 0;
  }
}
