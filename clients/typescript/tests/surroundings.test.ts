// The browser's own events, and that nothing of ours is left on what outlives a client.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocketClient } from '../src/core/index.js';
import { FakeSocket } from './support/fake-socket.js';

class Target extends EventTarget {
  readonly listening = new Map<string, number>();
  visibilityState = 'visible';

  override addEventListener(name: string, listener: any, options: any): void {
    this.listening.set(name, (this.listening.get(name) ?? 0) + 1);
    options?.signal?.addEventListener('abort', () => this.listening.set(name, this.listening.get(name)! - 1));
    super.addEventListener(name, listener, options);
  }

  get left(): number {
    return [...this.listening.values()].reduce((sum, each) => sum + each, 0);
  }
}

let page: Target;
let network: { onLine: boolean };

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  page = new Target();
  network = { onLine: true };
  vi.stubGlobal('document', page);
  vi.stubGlobal('navigator', network);
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const tell = (name: string) => page.dispatchEvent(new Event(name));

test('offline, online, and a page that comes back', () => {
  const client = new WebSocketClient('ws://server/', { WebSocket: FakeSocket, random: () => 1 });
  FakeSocket.newest.accept();
  network.onLine = false;
  tell('offline');
  FakeSocket.newest.end(1006);
  expect(client.state).toBe('offline');
  tell('pageshow');
  expect(client.state).toBe('offline');
  network.onLine = true;
  tell('online');
  expect(client.state).toBe('connecting');
  FakeSocket.newest.end(1006);
  for (const name of ['pageshow', 'resume', 'visibilitychange']) {
    expect(client.state).toBe('waiting');
    tell(name);
    expect([name, client.state]).toEqual([name, 'connecting']);
    FakeSocket.newest.end(1006);
  }
  page.visibilityState = 'hidden';
  tell('visibilitychange');
  expect(client.state).toBe('waiting');
  void client.close();
  expect(page.left).toBe(0);
});

test('nothing listens any more after a failure, and again after a new beginning', () => {
  const client = new WebSocketClient('ws://server/', { WebSocket: FakeSocket, reconnect: { attempts: 0 } });
  const before = page.left;
  expect(before).toBeGreaterThan(3);
  FakeSocket.newest.end(1006);
  expect([client.state, page.left]).toEqual(['failed', 0]);
  client.reconnect();
  expect(page.left).toBe(before);
  void client.close();
  expect(page.left).toBe(0);
});

test('a signal is not held on to', () => {
  const signal = new Target() as unknown as AbortSignal & Target;
  const removed = vi.spyOn(signal, 'removeEventListener');
  const client = new WebSocketClient('ws://server/', { WebSocket: FakeSocket, signal });
  client.on('x', () => {}, { signal });
  client.off('x');
  void client.close();
  expect(removed).toHaveBeenCalledTimes(2);
});

test('advice is followed as far as it makes sense', () => {
  for (const [after, most] of [[1e300, 3_600_000], [-5, 0], ['x', 0], [null, 0], [60_000, 60_000]] as const) {
    FakeSocket.all = [];
    const client = new WebSocketClient('ws://server/', { WebSocket: FakeSocket, random: () => 0 });
    FakeSocket.newest.accept();
    FakeSocket.newest.says({ type: 'drain', payload: { after } });
    FakeSocket.newest.end(1012);
    expect(client.retryAt).toBe(Date.now() + most);
    void client.close();
  }
});

test('waiting for ever is not waiting for no time at all', async () => {
  const client = new WebSocketClient('ws://server/', { WebSocket: FakeSocket, connectTimeout: Infinity });
  await vi.advanceTimersByTimeAsync(86_400_000);
  expect(client.state).toBe('connecting');
  void client.close();
});
