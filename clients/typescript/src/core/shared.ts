import { addressOf, WebSocketClient } from './client.js';
import type { ClientOptions } from './options.js';

const clients = new Map<string, { client: WebSocketClient; users: number }>();
const LISTENS = ['on', 'once', 'addEventListener'];

/**
 * The client of this address that everybody shares; the first one's options count. Closing what is returned removes the listeners that
 * were added through it; the last one to close closes the connection.
 */
export function getClient(url: string | URL, options?: ClientOptions): WebSocketClient {
  const key = addressOf(url);
  let entry = clients.get(key);
  if (!entry)
    clients.set(key, entry = { client: new WebSocketClient(url, options), users: 0 });
  const { client } = entry;
  const added = new AbortController();
  entry.users++;

  async function close(code?: number, reason?: string): Promise<void> {
    if (added.signal.aborted)
      return;
    added.abort();
    if (--entry!.users === 0) {
      clients.delete(key);
      await client.close(code, reason);
    }
  }

  return new Proxy(client, {
    get(target: any, name: string) {
      if (name === 'close')
        return close;
      const value = target[name];
      if (typeof value !== 'function')
        return value;
      return LISTENS.includes(name)
        ? (event: string, listener: () => void, given?: { signal?: AbortSignal }) => {
          const remove = value.call(target, event, listener, given);
          if (added.signal.aborted)
            remove();
          added.signal.addEventListener('abort', remove, { once: true, signal: given?.signal });
          return remove;
        }
        : value.bind(target);
    },
  });
}
