/** What this browser remembers. Where storage is forbidden it remembers nothing, and all else works. */
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`hutong.${key}`, value);
  } catch {
    // Then not.
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`hutong.${key}`);
  } catch {
    return null;
  }
}

export function recallJson<T>(key: string, otherwise: T): T {
  try {
    return JSON.parse(recall(key) ?? 'null') ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Random letters: a key or an id. */
export function randomId(bytes = 12): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Who this visitor is: a key that is made once, and the name that was last used. */
export const visitor = {
  get key(): string {
    let key = recall('key');
    if (!key)
      remember('key', key = randomId(16));
    return key;
  },
  get name(): string {
    return recall('name') ?? '';
  },
  set name(name: string) {
    remember('name', name);
    dispatchEvent(new Event('visitorchange'));
  },
};
