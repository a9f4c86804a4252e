import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocketClient, type ClientOptions } from '../src/core/index.js';
import { FakeSocket } from './support/fake-socket.js';

beforeEach(() => { vi.useFakeTimers(); FakeSocket.all = []; });
afterEach(() => { vi.useRealTimers(); });

function open(options: ClientOptions = {}): { client: WebSocketClient; socket: FakeSocket } {
  const client = new WebSocketClient('ws://server/', { WebSocket: FakeSocket, heartbeat: false, ...options });
  FakeSocket.newest.accept();
  return { client, socket: FakeSocket.newest };
}

describe('a connection that does not keep up', () => {
  test('holds messages back at the mark, and lets them go in order', async () => {
    const { client, socket } = open({ queue: { highWater: 100 } });
    const drained = vi.fn();
    client.addEventListener('drained', drained);
    socket.bufferedAmount = 100;
    const sendings = ['1', '2', '3'].map((text) => client.sendRaw(text));
    expect(sendings.map(({ status }) => status)).toEqual(['queued', 'queued', 'queued']);
    expect(client.bufferedAmount).toBe(103);
    await vi.advanceTimersByTimeAsync(1000);
    expect(socket.heard).toEqual([]);
    socket.bufferedAmount = 99;
    await vi.advanceTimersByTimeAsync(25);
    expect(socket.heard).toEqual(['1', '2', '3']);
    expect(drained).toHaveBeenCalledOnce();
    expect(client.bufferedAmount).toBe(99);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('leaves no look behind when it ends', () => {
    const { client, socket } = open({ queue: { highWater: 1 } });
    socket.bufferedAmount = 1;
    client.sendRaw('x');
    expect(vi.getTimerCount()).toBe(1);
    void client.close();
    socket.end(1000);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('lets urgent messages pass', () => {
    const { client, socket } = open({ queue: { highWater: 1 } });
    socket.bufferedAmount = 1;
    client.sendRaw('later');
    expect(client.sendRaw('now', { urgent: true }).status).toBe('sent');
    expect(socket.heard).toEqual(['now']);
  });
});

describe('what became of a message', () => {
  test('is told once it is sent, or dropped, and never by a rejection', async () => {
    const client = new WebSocketClient('ws://server/', { WebSocket: FakeSocket, queue: { maxCount: 1, whenFull: 'wait' } });
    const first = client.sendRaw('1').settled;
    const second = client.sendRaw('2');
    const third = client.sendRaw('3');
    expect(third.error?.code).toBe('queue_full');
    expect(await third.settled).toBe(third);
    FakeSocket.newest.accept();
    expect((await first).status).toBe('sent');
    expect((await second.settled).status).toBe('sent');
    await vi.advanceTimersByTimeAsync(0);
    void client.close();
    expect((await client.sendRaw('4').settled).error?.code).toBe('client_closed');
  });

  test('is not "sent" while the connection is closing: it would be swallowed', () => {
    const { client, socket } = open();
    socket.readyState = 2;
    const sending = client.sendRaw('x');
    expect(sending.status).toBe('queued');
    socket.end(1006);
    vi.advanceTimersByTime(60_000);
    FakeSocket.newest.accept();
    expect([sending.status, FakeSocket.newest.heard]).toEqual(['sent', ['x']]);
  });

  test('urgent messages without a connection are dropped', () => {
    const client = new WebSocketClient('ws://server/', { WebSocket: FakeSocket });
    expect(client.send('x', 1, { urgent: true }).error?.code).toBe('not_open');
  });

  test('what is no JSON is the caller\'s mistake', () => {
    const { client } = open();
    expect(() => client.send('x', 1n)).toThrow(TypeError);
  });

  test('requests are bounded too', async () => {
    const { client } = open({ maxRequests: 2 });
    const first = client.request('a');
    const second = client.request('b');
    await expect(client.request('c')).rejects.toMatchObject({ code: 'queue_full' });
    void client.close();
    await expect(first).rejects.toMatchObject({ code: 'client_closed' });
    await expect(second).rejects.toMatchObject({ code: 'client_closed' });
  });
});

describe('binary', () => {
  test('goes and comes as bytes', () => {
    const { client, socket } = open();
    const raw = vi.fn();
    client.on('raw', raw);
    const bytes = new Uint8Array([1, 2, 3]);
    client.sendRaw(bytes);
    expect(socket.heard).toEqual([bytes]);
    expect(socket.binaryType).toBe('arraybuffer');
    socket.says(bytes.buffer);
    expect(raw.mock.calls[0]![0]).toBe(bytes.buffer);
  });
});

describe('files and streams', () => {
  test('go in pieces, with progress, and no faster than the connection takes them', async () => {
    const { client, socket } = open({ queue: { highWater: 10 } });
    const progress: [number, number | undefined][] = [];
    const done = client.sendStream(new Blob(['0123456789abcdef01234']), { chunkSize: 8, progress: (...args) => progress.push(args) });
    await vi.waitFor(() => expect(progress.length).toBe(3));
    expect(await done).toBe(21);
    expect(progress).toEqual([[8, 21], [16, 21], [21, 21]]);
    expect(socket.heard.map((each) => new TextDecoder().decode(each as Uint8Array)).join('')).toBe('0123456789abcdef01234');

    socket.bufferedAmount = 10;
    let finished = false;
    const slow = client.sendStream(new Blob(['x'])).then(() => { finished = true; });
    await vi.advanceTimersByTimeAsync(500);
    expect(finished).toBe(false);
    socket.bufferedAmount = 0;
    await vi.advanceTimersByTimeAsync(25);
    await slow;
    expect(vi.getTimerCount()).toBe(0);
  });

  test('streams are cut to the size, and ended when they are given up', async () => {
    const { client, socket } = open();
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        controller.enqueue(new Uint8Array(5));
        controller.enqueue(new Uint8Array(2));
        controller.close();
      },
    });
    expect(await client.sendStream(stream, { chunkSize: 3 })).toBe(7);
    expect(socket.heard.map((each) => (each as Uint8Array).length)).toEqual([3, 2, 2]);

    let cancelled = false;
    const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) { controller.enqueue(new Uint8Array(1)); },
      cancel() { cancelled = true; },
    });
    const abort = new AbortController();
    const sending = client.sendStream(endless, { signal: abort.signal, progress: (sent) => { if (sent === 10) abort.abort(); } });
    await expect(sending).rejects.toMatchObject({ code: 'aborted' });
    await vi.advanceTimersByTimeAsync(0);
    expect(cancelled).toBe(true);
  });

  test('do not go on over another connection: the server would not know what belongs together', async () => {
    const { client, socket } = open();
    const sending = client.sendStream(new Blob(['abcdef']), { chunkSize: 2, progress: () => socket.end(1006) });
    await expect(sending).rejects.toMatchObject({ code: 'connection_lost' });
    await expect(client.sendStream(new Blob(['abcdef']))).rejects.toMatchObject({ code: 'not_open' });
  });
});
