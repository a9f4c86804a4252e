export type EnvironmentChange = 'online' | 'offline' | 'visible' | 'hidden' | 'wake';

/** What the client learns from its surroundings. The default asks the browser, and knows nothing elsewhere. */
export interface Environment {
  readonly online: boolean;
  readonly visible: boolean;
  /** @returns what ends the listening */
  listen(changed: (what: EnvironmentChange) => void): () => void;
}

export const surroundings: Environment = {
  get online() {
    return globalThis.navigator?.onLine !== false;
  },
  get visible() {
    return globalThis.document?.visibilityState !== 'hidden';
  },
  listen(changed) {
    if (!globalThis.addEventListener)
      return () => {};
    const end = new AbortController();
    const on = (target: EventTarget | undefined, name: string, what: () => EnvironmentChange) =>
      target?.addEventListener(name, () => changed(what()), { signal: end.signal });
    on(globalThis, 'online', () => 'online');
    on(globalThis, 'offline', () => 'offline');
    // A page that comes back from the browser's cache, and one that was frozen.
    on(globalThis, 'pageshow', () => 'wake');
    on(globalThis.document, 'resume', () => 'wake');
    on(globalThis.document, 'visibilitychange', () => this.visible ? 'visible' : 'hidden');
    return () => end.abort();
  },
};
