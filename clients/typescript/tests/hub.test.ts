// What holds the connection for all tabs, without a browser.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocketClient } from '../src/core/index.js';
import { RoomClient } from '../src/rooms/index.js';
import { Hub, type FromHub, type ToHub } from '../src/shared-tab/hub.js';
import { FakeSocket } from './support/fake-socket.js';

let hub: Hub;
/** What is to be done when a tab is gone, by the name of its lock. */
let locks: Map<string, () => void>;

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  locks = new Map();
  hub = new Hub();
  vi.stubGlobal('WebSocket', FakeSocket);
  const request = (name: string, then: () => void) => {
    locks.set(name, then);
    return Promise.resolve();
  };
  vi.stubGlobal('navigator', { locks: { request } });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

class Tab {
  readonly got: FromHub[] = [];

  constructor(readonly name: string, key = 'k') {
    this.post({ open: { key, url: 'ws://server/' }, lock: `lock ${name}` });
  }

  post(message: Omit<ToHub, 'id'>): void {
    hub.receive({ id: this.name, ...message }, (answer) => this.got.push(answer));
  }

  send(message: object): void {
    const data = JSON.stringify(message);
    this.post({ data, size: data.length });
  }

  /** What it was told since the last time. */
  get news(): any[] {
    const all = this.got.splice(0).map(({ id: _, data, ...rest }) => data === undefined ? rest : JSON.parse(data as string));
    return all.filter((each) => !('took' in each));
  }
}

test('a connection for each key, opened once', () => {
  const a = new Tab('a');
  const b = new Tab('b');
  new Tab('c', 'other');
  expect(FakeSocket.all.length).toBe(2);
  FakeSocket.all[0]!.accept('proto');
  expect([a.news, b.news]).toEqual([[{ opened: 'proto' }], [{ opened: 'proto' }]]);
  expect(new Tab('d').news).toEqual([{ opened: 'proto' }]);
});

test('answers go to who asked, everything else to all', () => {
  const a = new Tab('a');
  const b = new Tab('b');
  const socket = FakeSocket.newest;
  socket.accept();
  a.send({ type: 'x', id: '1' });
  b.send({ type: 'x', id: '2' });
  void [a.news, b.news];
  socket.says({ type: 'error', id: '2' });
  socket.says({ type: 'ack', id: '1' });
  socket.says({ type: 'ack', id: 'nobody' });
  socket.says({ type: 'y' });
  expect(a.news.map(({ type, id }) => [type, id])).toEqual([['ack', '1'], ['ack', 'nobody'], ['y', undefined]]);
  expect(b.news.map(({ type, id }) => [type, id])).toEqual([['error', '2'], ['ack', 'nobody'], ['y', undefined]]);
});

test('what one tab missed the others get too: the server held it back from all of them', () => {
  const a = new Tab('a');
  const b = new Tab('b');
  const c = new Tab('c');
  const socket = FakeSocket.newest;
  socket.accept();
  a.send({ type: 'join', room: 'r', id: '1' });
  b.send({ type: 'join', room: 'r', id: '2' });
  void [a.news, b.news, c.news];
  socket.says({ type: 'ack', id: '2', room: 'r', payload: { recovered: true, missed: [{ type: 'n', offset: 5 }] } });
  expect(a.news).toEqual([{ type: 'n', offset: 5, room: 'r' }]);
  expect(b.news[0].payload.missed.length).toBe(1);
  expect(c.news).toEqual([]);
});

test('a tab that is gone leaves what nobody else is in, and the last one ends the connection', async () => {
  const a = new Tab('a');
  const b = new Tab('b');
  const socket = FakeSocket.newest;
  socket.accept();
  for (const tab of [a, b])
    tab.send({ type: 'join', room: 'both', id: tab.name });
  a.send({ type: 'join', room: 'mine', id: 'm' });
  socket.heard.length = 0;
  locks.get('lock a')!();
  expect(socket.heard.map((each) => JSON.parse(each as string))).toEqual([{ type: 'leave', room: 'mine' }]);
  socket.says({ type: 'ack', id: 'm' });
  locks.get('lock b')!();
  expect(JSON.parse(socket.heard.at(-1) as string)).toEqual({ type: 'leave', room: 'both' });
  expect(socket.closedWith).toBe(1000);
  new Tab('c');
  expect(FakeSocket.all.length).toBe(2);
});

test('a refused join counts for nobody', () => {
  const a = new Tab('a');
  const b = new Tab('b');
  const socket = FakeSocket.newest;
  socket.accept();
  a.send({ type: 'join', room: 'r', id: '1' });
  b.send({ type: 'join', room: 'r', id: '2' });
  socket.says({ type: 'error', id: '2', payload: { code: 'room_full' } });
  socket.heard.length = 0;
  a.send({ type: 'leave', room: 'r', id: '3' });
  expect(socket.heard.length).toBe(1);
});

test('one that takes the connection for dead speaks for all', () => {
  const a = new Tab('a');
  const b = new Tab('b');
  FakeSocket.newest.accept();
  void [a.news, b.news];
  a.post({ close: [4000, ''] });
  expect(b.news[0].closed.code).toBe(1006);
  expect(FakeSocket.newest.closedWith).toBe(4000);
  b.post({ open: { key: 'k', url: 'ws://server/' }, lock: 'lock b' });
  expect(FakeSocket.all.length).toBe(2);
});

test('a full connection is not told to be empty', async () => {
  const a = new Tab('a');
  const socket = FakeSocket.newest;
  socket.accept();
  a.got.length = 0;
  socket.bufferedAmount = 2 << 20;
  a.post({ data: 'x', size: 1 });
  await vi.advanceTimersByTimeAsync(1000);
  expect(a.got).toEqual([]);
  socket.bufferedAmount = 0;
  await vi.advanceTimersByTimeAsync(25);
  expect(a.got).toEqual([{ id: 'a', took: 1 }]);
});

test('an address that cannot be opened is a connection that could not', () => {
  vi.stubGlobal('WebSocket', class { constructor() { throw new DOMException('', 'SecurityError'); } });
  expect(new Tab('a').news).toEqual([{ closed: { code: 1006, reason: '', wasClean: false } }]);
});

test('whole clients over it: each has its own room, and the server sees one', async () => {
  vi.stubGlobal('SharedWorker', class {
    port = {
      onmessage: undefined as any,
      postMessage: (message: ToHub) => hub.receive(message, (answer) => queueMicrotask(() => this.port.onmessage({ data: answer }))),
    };
  });
  // Whoever asks first for a lock has it, and keeps it.
  const taken = new Set<string>();
  const request = (name: string, then: () => void) => {
    if (!taken.has(name)) {
      taken.add(name);
      then();
    }
    return Promise.resolve();
  };
  vi.stubGlobal('navigator', { onLine: true, locks: { request } });
  const { sharedTab } = await import('../src/shared-tab/index.js');
  const clients = [1, 2].map(() => new WebSocketClient('ws://server/', { WebSocket: sharedTab(), heartbeat: false }));
  await vi.advanceTimersByTimeAsync(0);
  expect(FakeSocket.all.length).toBe(1);
  FakeSocket.newest.accept();
  await vi.advanceTimersByTimeAsync(0);
  expect(clients.map(({ state }) => state)).toEqual(['open', 'open']);
  const seen: string[] = [];
  for (const [i, client] of clients.entries()) {
    const room = new RoomClient(client).join('r');
    room.on('*', (payload) => seen.push(`${i} ${payload}`));
  }
  await vi.advanceTimersByTimeAsync(0);
  for (const each of FakeSocket.newest.heard.map((data) => JSON.parse(data as string)))
    FakeSocket.newest.says({ type: 'ack', id: each.id, room: 'r', epoch: 'e', offset: 1 });
  FakeSocket.newest.says({ type: 'n', room: 'r', epoch: 'e', offset: 2, payload: 'two' });
  await vi.advanceTimersByTimeAsync(0);
  expect(seen).toEqual(['0 two', '1 two']);
  for (const client of clients)
    void client.close();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(FakeSocket.newest.readyState).toBe(3);
  expect(vi.getTimerCount()).toBe(0);
});
