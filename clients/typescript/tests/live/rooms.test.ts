// Against Hutong's rooms at HUTONG_ROOMS, where clients may publish in chat:*, which keep 100 publications and show who is there.
import { afterEach, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { WebSocket } from 'ws';
import { type SocketConstructor } from '../../src/core/index.js';
import { fallback, type Transport } from '../../src/fallback/index.js';
import { RoomClient, type Room } from '../../src/rooms/index.js';
import { chromium, launch } from '../support/chromium.js';
import { PageServer } from '../support/page-server.js';

const url = process.env.HUTONG_ROOMS!;
const open: RoomClient[] = [];
const sockets = new Set<WebSocket>();

class Watched extends WebSocket {
  constructor(address: string, protocols?: string | string[]) {
    super(address, protocols);
    sockets.add(this);
    this.on('close', () => sockets.delete(this));
  }
}

function connect(how: SocketConstructor = Watched): RoomClient {
  const rooms = new RoomClient(url, { WebSocket: how, reconnect: { base: 20, cap: 200 } });
  open.push(rooms);
  return rooms;
}

/** Joins, and keeps what the listeners see. */
async function watch(rooms: RoomClient, name: string): Promise<{ room: Room; seen: unknown[]; gaps: number }> {
  const room = rooms.join(name);
  const watched = { room, seen: [] as unknown[], gaps: 0 };
  room.on('*', (payload, { type }) => {
    if (!type.startsWith('user_'))
      watched.seen.push(payload);
  });
  room.addEventListener('gap', () => watched.gaps++);
  await new Promise((resolve) => room.addEventListener('joined', resolve, { once: true }));
  return watched;
}

const fresh = () => `chat:${Math.random().toString(36).slice(2)}`;
const count = (n: number) => Array.from({ length: n }, (_, i) => i);

afterEach(async () => {
  await Promise.all(open.splice(0).map((rooms) => rooms.close()));
});

test('speaks, hears, asks who is there and what was said', async () => {
  const { room, seen } = await watch(connect(), fresh());
  expect(await room.publish('say', '互通')).toMatchObject({ offset: 1 });
  expect(await room.publish('bytes', new Uint8Array([1, 2, 255]))).toMatchObject({ offset: 2 });
  expect(seen).toEqual(['互通', new Uint8Array([1, 2, 255])]);
  expect(room.position).toMatchObject({ offset: 2 });
  expect(await room.history()).toMatchObject({ complete: true, publications: [{ type: 'say', payload: '互通' }, { type: 'bytes' }] });
  expect(await room.presence()).toMatchObject({ sessions: 1, users: 1, members: [{}] });
});

test('publishes once what is sent twice', async () => {
  const { room, seen } = await watch(connect(), fresh());
  const first = await room.publish('n', 1, { id: `${room.name}-1` });
  expect(await room.publish('n', 1, { id: `${room.name}-1` })).toEqual(first);
  await room.publish('n', 2);
  expect(seen).toEqual([1, 2]);
});

test('misses nothing when it is cut again and again', async () => {
  const name = fresh();
  const cut = connect();
  const { seen, gaps } = await watch(cut, name);
  const mine = [...sockets];
  const { room: speaker } = await watch(connect(), name);
  for (const n of count(60)) {
    await speaker.publish('n', n);
    if (n % 20 === 7) {
      for (const socket of n === 7 ? mine : [...sockets].slice(-1))
        socket.terminate();
    }
  }
  await expect.poll(() => seen.length).toBe(60);
  expect([seen, gaps]).toEqual([count(60), 0]);
});

test('says so when the history does not reach back', async () => {
  const name = fresh();
  const away = connect();
  const watched = await watch(away, name);
  const { room: speaker } = await watch(connect(), name);
  await speaker.publish('n', 0);
  await expect.poll(() => watched.seen.length).toBe(1);
  const { position: since } = watched.room;
  await away.close();
  for (const n of count(120))
    await speaker.publish('n', n);
  const later = connect();
  const room = later.join(name, { since });
  const gap = await new Promise<any>((resolve) => room.addEventListener('gap', resolve));
  expect([gap.from.offset, gap.to.offset]).toEqual([1, 121]);
  expect(room.position).toEqual(gap.to);
});

test('is refused what it may not do, and stays', async () => {
  const rooms = connect();
  const room = rooms.join('nowhere');
  const error = await new Promise<any>((resolve) => room.addEventListener('error', resolve));
  expect([error.code, room.state, rooms.client.state]).toEqual(['unknown_room', 'refused', 'open']);
  await expect(rooms.client.request('no_such_type')).rejects.toMatchObject({ code: 'unknown_type' });
});

test('begins over HTTP, goes on over a WebSocket, and loses nothing', async () => {
  let blocked = true;
  class Blocked extends WebSocket {
    constructor(address: string, protocols?: string | string[]) {
      super(blocked ? 'ws://127.0.0.1:9/' : address, protocols);
    }
  }
  const used: Transport[] = [];
  const rooms = connect(fallback({ WebSocket: Blocked, retryUpwards: 300, remember: 0, onTransport: (transport) => used.push(transport) }));
  const { room, seen, gaps } = await watch(rooms, fresh());
  expect(used).toEqual(['poll']);
  let n = 0;
  for (; n < 20; n++)
    await room.publish('n', n);
  blocked = false;
  for (; used.length < 2 || n < 40; n++)
    await room.publish('n', n);
  expect(used).toEqual(['poll', 'websocket']);
  expect([seen, gaps, rooms.client.attempt]).toEqual([count(n), 0, 0]);
});

describe.skipIf(!chromium)('in Chromium', () => {
  let browser: Browser;
  let pages: PageServer;

  afterEach(async () => {
    await browser?.close();
    await pages?.stop();
  });

  test.each(['websocket', 'sse', 'poll', 'shared tab'])('by %s', async (transport) => {
    pages = await PageServer.start();
    pages.pages.set('/', `<!doctype html><script type="module">
      import { RoomClient, fallback, sharedTab } from './hutong.js';
      const WebSocket = '${transport}' === 'shared tab' ? sharedTab() : fallback({ transports: ['${transport}'] });
      const rooms = window.rooms = new RoomClient('${url}', { WebSocket });
      const seen = window.seen = [];
      const room = rooms.join('${fresh()}');
      room.on('*', (n) => seen.push(n));
      for (let n = 0; n < 20; n++)
        await room.publish('n', n);
      window.done = room.position.offset;
    </script>`);
    browser = await launch();
    const page = await browser.newPage();
    await page.goto(pages.url);
    await page.waitForFunction(() => (window as any).done);
    expect(await page.evaluate(() => [(window as any).done, (window as any).seen])).toEqual([20, count(20)]);
    await page.evaluate(() => (window as any).rooms.close());
  });
});
