import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { seededRandom, WebSocketClient, type Environment, type EnvironmentChange, type Sending } from '../src/core/index.js';
import { RoomClient, type StreamPosition } from '../src/rooms/index.js';
import { FakeSocket } from './support/fake-socket.js';
import { ModelServer } from './support/model-server.js';

const SEEDS = Number(process.env.SEEDS ?? 400);
const STEPS = 120;

beforeEach(() => { vi.useFakeTimers({ now: Date.UTC(2030, 0, 1) }); });
afterEach(() => { vi.useRealTimers(); });

/** A room's listeners see offsets one after the other, or a gap between them. */
class Watcher {
  last?: StreamPosition;
  seen = 0;
  gaps = 0;
  first = true;

  publication(epoch: string, offset: number): void {
    if (this.last)
      expect([epoch, offset], 'the next publication').toEqual([this.last.epoch, this.last.offset + 1]);
    this.last = { epoch, offset };
    this.seen++;
  }

  gap(from: StreamPosition | undefined, to: StreamPosition | undefined): void {
    expect(from, 'a gap begins where the last publication was').toEqual(this.last);
    this.last = to;
    this.gaps++;
  }
}

async function play(seed: number): Promise<{ effects: number; seen: number; gaps: number }> {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const pick = <T>(...all: T[]): T => all[below(all.length)]!;
  FakeSocket.all = [];
  const server = new ModelServer();
  let notify: (what: EnvironmentChange) => void = () => {};
  const world = { online: true, visible: true };
  const environment: Environment = {
    get online() { return world.online; },
    get visible() { return world.visible; },
    listen: (changed) => { notify = changed; return () => { notify = () => {}; }; },
  };
  const client = new WebSocketClient('ws://server/', {
    WebSocket: FakeSocket,
    random,
    environment,
    connectTimeout: 3000,
    reconnect: { base: 200, cap: 3000, attempts: pick(3, Infinity), pauseWhenHidden: pick(true, false) },
    heartbeat: { interval: 4000, timeout: 2000 },
    queue: { pace: pick(undefined, { burst: 3, perSecond: 5 }), maxCount: pick(3, 100), whenFull: pick('reject', 'drop-oldest', 'drop-newest', 'wait') },
    auth: pick(undefined, { token: () => 't', refreshBefore: 30_000 }),
  });
  // What a listener finds wrong does not come up through the client by itself.
  const complaints: unknown[] = [];
  client.addEventListener('error', ({ code, cause }) => { if (code === 'listener_failed') complaints.push(cause); });
  const rooms = new RoomClient(client);
  const watcher = new Watcher();
  const room = rooms.join('r');
  // The first answer says where the listening begins.
  room.addEventListener('joined', ({ position }) => {
    if (watcher.first)
      watcher.last = position;
    watcher.first = false;
  });
  room.addEventListener('gap', ({ from, to }) => watcher.gap(from, to));
  room.on('n', (payload, { epoch, offset }) => {
    expect(payload).toBe(`${epoch}:${offset}`);
    watcher.publication(epoch!, offset!);
  });

  const sends = new Map<number, Sending>();
  const requests = new Map<number, string>();
  const aborts: AbortController[] = [];
  let count = 0;
  const steps: [string, () => unknown][] = [
    ['send', () => { const n = ++count; sends.set(n, client.send('work', n)); }],
    ['request', () => {
      const n = ++count;
      const abort = new AbortController();
      aborts.push(abort);
      requests.set(n, 'pending');
      client.request('work', n, { signal: abort.signal, timeout: pick(500, 20_000), retry: pick(true, true, false) })
        .then(() => requests.set(n, 'ack'), ({ code }) => requests.set(n, code));
    }],
    ['abort', () => aborts[below(aborts.length)]?.abort()],
    ['accept', () => { if (FakeSocket.newest?.readyState === 0) FakeSocket.newest.accept(); }],
    ['accept', () => { if (FakeSocket.newest?.readyState === 0) FakeSocket.newest.accept(); }],
    ['read', () => { for (let i = below(8); i >= 0; i--) server.read(); }],
    ['read', () => { for (let i = below(8); i >= 0; i--) server.read(); }],
    ['publish', () => { for (let i = below(4); i >= 0; i--) server.publish(below(5) === 0); }],
    ['tell', () => server.tell()],
    ['restart', () => { if (below(6) === 0) server.restart(); }],
    ['end', () => FakeSocket.newest?.end(pick(1006, 1006, 1001, 1011, 3008))],
    ['silence', () => { if (below(4) === 0 && FakeSocket.newest) FakeSocket.newest.silent = true; }],
    ['advance', () => vi.advanceTimersByTimeAsync(below(3000))],
    ['advance', () => vi.advanceTimersByTimeAsync(below(200))],
    ['world', () => { world.online = !world.online; notify(world.online ? 'online' : 'offline'); }],
    ['world', () => { world.visible = !world.visible; notify(world.visible ? 'visible' : 'hidden'); }],
    ['reconnect', () => client.reconnect()],
    ['clog', () => { if (FakeSocket.newest) FakeSocket.newest.bufferedAmount = pick(0, 0, 2 << 20); }],
    ['drain', () => FakeSocket.newest?.says({ type: 'drain', payload: { after: below(2000) } })],
  ];
  for (let i = 0; i < STEPS; i++) {
    await pick(...steps)[1]();
    await vi.advanceTimersByTimeAsync(0);
    if (complaints.length > 0)
      throw complaints[0];
    // One timer for the connection, one for its token, one to look at the buffer, one of the room, and those of the requests.
    const waiting = [...requests.values()].filter((each) => each === 'pending').length;
    expect(vi.getTimerCount(), `timers in state ${client.state}`).toBeLessThanOrEqual(waiting + 4);
  }

  // All is well again: what was promised is kept.
  world.online = world.visible = true;
  notify('online');
  for (let i = 0; i < 200 && (client.state !== 'open' || room.state !== 'joined' || i < 20); i++) {
    if (client.state === 'failed')
      client.reconnect();
    if (FakeSocket.newest.readyState === 0)
      FakeSocket.newest.accept();
    FakeSocket.newest.bufferedAmount = 0;
    for (let k = 0; k < 50; k++)
      server.read();
    server.tell();
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(complaints).toEqual([]);
  expect([client.state, room.state]).toEqual(['open', 'joined']);
  expect([...requests.values()], 'requests without an answer').not.toContain('pending');
  const open = [...sends.values()].filter(({ status }) => status !== 'sent' && status !== 'dropped');
  expect(open, 'sends without a result').toEqual([]);
  if (server.published)
    expect(watcher.last?.offset, 'the listeners are where the room is').toBe(server.published);

  expect(server.effects, 'in order, and once').toEqual([...new Set(server.effects)].sort((a, b) => a - b));
  const effects = new Set(server.effects);
  for (const [n, result] of requests)
    expect(result !== 'ack' || effects.has(n), `request ${n} is acknowledged, and took effect`).toBe(true);
  for (const [n, { status }] of sends)
    expect(status !== 'dropped' || !effects.has(n), `send ${n} was dropped, and took no effect`).toBe(true);

  void client.close();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(vi.getTimerCount(), 'timers left').toBe(0);
  expect(FakeSocket.all.filter(({ readyState, silent }) => readyState < 2 && !silent).length, 'connections left').toBe(0);
  return { effects: effects.size, seen: watcher.seen, gaps: watcher.gaps };
}

test(`whatever happens, in ${SEEDS} orders`, async () => {
  const total = { effects: 0, seen: 0, gaps: 0 };
  const only = process.env.SEED;
  for (let seed = only ? Number(only) : 1; seed <= (only ? Number(only) : SEEDS); seed++) {
    try {
      for (const [name, value] of Object.entries(await play(seed)))
        total[name as 'seen'] += value;
    } catch (error) {
      throw new Error(`SEED=${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
  // The orders are worth something only if much of everything happened.
  if (!only)
    expect(Math.min(total.effects, total.seen, total.gaps)).toBeGreaterThan(SEEDS / 4);
});
