import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { getClient, HutongError, seededRandom, ServerError, WebSocketClient, type ClientOptions } from '../src/core/index.js';
import { FakeSocket } from './support/fake-socket.js';

beforeEach(() => { vi.useFakeTimers(); FakeSocket.all = []; });
afterEach(() => { vi.useRealTimers(); vi.restoreAllMocks(); });

function open(options: ClientOptions = {}): { client: WebSocketClient; socket: FakeSocket } {
  const client = new WebSocketClient('ws://server/', { WebSocket: FakeSocket, heartbeat: false, ...options });
  FakeSocket.newest.accept('chosen');
  return { client, socket: FakeSocket.newest };
}

describe('construction', () => {
  test('connects at once, to the address of a page as well', () => {
    const client = new WebSocketClient('https://server/x?y=1', { WebSocket: FakeSocket, protocols: ['a', 'b'] });
    const { url, protocols } = FakeSocket.newest;
    expect([client.state, client.url, url, protocols]).toEqual(['connecting', 'wss://server/x?y=1', 'wss://server/x?y=1', ['a', 'b']]);
    void client.close();
  });

  test('refuses what cannot be', () => {
    expect(() => new WebSocketClient('nowhere', { WebSocket: FakeSocket })).toThrow(TypeError);
    expect(() => new WebSocketClient('ftp://server/', { WebSocket: FakeSocket })).toThrow(SyntaxError);
    expect(() => new WebSocketClient('ws://server/#part', { WebSocket: FakeSocket })).toThrow(SyntaxError);
    expect(() => new WebSocketClient('ws://server/', { WebSocket: FakeSocket, reconnect: { base: NaN } })).toThrow(RangeError);
    expect(() => new WebSocketClient('ws://server/', { WebSocket: FakeSocket, connectTimeout: -1 })).toThrow(RangeError);
    expect(FakeSocket.all).toEqual([]);
  });

  test('a constructor that throws is a failure, not an endless loop', () => {
    class Broken extends FakeSocket {
      constructor(url: string) {
        super(url);
        throw new DOMException('insecure', 'SecurityError');
      }
    }
    const client = new WebSocketClient('ws://server/', { WebSocket: Broken });
    expect([client.state, client.error?.code, (client.error?.cause as Error).message]).toEqual(['failed', 'connect_failed', 'insecure']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('without any WebSocket at all', () => {
    vi.stubGlobal('WebSocket', undefined);
    expect(new WebSocketClient('ws://server/').error?.code).toBe('connect_failed');
    vi.unstubAllGlobals();
  });
});

describe('closing', () => {
  test('resolves when the connection has ended, and is one end however often it is asked for', async () => {
    const { client, socket } = open();
    const ended = client.close();
    expect(client.close(3000)).toBe(ended);
    expect([client.state, client.readyState, socket.closedWith]).toEqual(['closed', 2, 1000]);
    await ended;
    expect(client.readyState).toBe(3);
  });

  test('refuses codes and reasons that may not be sent, and changes nothing', () => {
    const { client } = open();
    expect(() => client.close(1001)).toThrow(RangeError);
    expect(() => client.close(1000, 'x'.repeat(124))).toThrow(SyntaxError);
    expect(client.state).toBe('open');
  });

  test('by a signal', () => {
    const abort = new AbortController();
    const { client } = open({ signal: abort.signal });
    abort.abort();
    expect(client.state).toBe('closed');
    const late = new WebSocketClient('ws://server/', { WebSocket: FakeSocket, signal: abort.signal });
    expect([late.state, FakeSocket.all.length]).toEqual(['closed', 1]);
  });

  test('from within each listener', async () => {
    for (const event of ['state', 'open', 'close', 'message', 'error'] as const) {
      FakeSocket.all = [];
      const client = new WebSocketClient('ws://server/', { WebSocket: FakeSocket, connect: false, reconnect: { attempts: 1 } });
      client.addEventListener(event, () => void client.close());
      client.connect();
      FakeSocket.newest?.accept();
      FakeSocket.newest?.says({ type: 'error', payload: { code: 'x' } });
      FakeSocket.newest?.end(1006);
      await vi.advanceTimersByTimeAsync(60_000);
      expect([event, client.state, vi.getTimerCount()]).toEqual([event, 'closed', 0]);
      expect(FakeSocket.all.length).toBeLessThanOrEqual(1);
    }
  });
});

describe('listeners', () => {
  test('one that throws costs nobody else anything', () => {
    const { client, socket } = open();
    const errors: HutongError[] = [];
    const heard = vi.fn();
    client.addEventListener('error', (error) => errors.push(error));
    client.on('x', () => { throw new Error('mine'); });
    client.on('x', heard);
    socket.says({ type: 'x' });
    expect(heard).toHaveBeenCalledOnce();
    expect(errors.map(({ code, cause }) => [code, (cause as Error).message])).toEqual([['listener_failed', 'mine']]);
    expect(client.state).toBe('open');
  });

  test('one that throws is not lost where nobody listens to errors', () => {
    const console_ = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { client, socket } = open();
    client.on('x', () => { throw new Error('mine'); });
    socket.says({ type: 'x' });
    expect(console_.mock.calls[0]![0].cause.message).toBe('mine');
  });

  test('a listener to errors that throws does not listen to itself for ever', () => {
    const { client, socket } = open();
    const error = new Error('always');
    const listener = vi.fn(() => { throw error; });
    client.addEventListener('error', listener);
    client.on('x', () => { throw new Error('mine'); });
    vi.spyOn(console, 'error').mockImplementation(() => {});
    socket.says({ type: 'x' });
    expect(listener.mock.calls.length).toBeLessThanOrEqual(3);
  });

  test('once, off, a signal, and what on returns', () => {
    const { client, socket } = open();
    const abort = new AbortController();
    const calls: string[] = [];
    client.once('x', () => calls.push('once'));
    const off = () => { calls.push('off'); };
    client.on('x', off);
    client.on('x', () => calls.push('signal'), { signal: abort.signal });
    const remove = client.on('x', () => calls.push('returned'));
    socket.says({ type: 'x' });
    client.off('x', off);
    abort.abort();
    remove();
    socket.says({ type: 'x' });
    expect(calls).toEqual(['once', 'off', 'signal', 'returned']);
  });

  test('functions of the options that throw are errors, and the connection goes on', async () => {
    const { client, socket } = open({
      heartbeat: {
        interval: 1000,
        timeout: 500,
        message: () => { throw new Error('message'); },
        isAnswer: () => { throw new Error('answer'); },
      },
      reconnect: { decide: () => { throw new Error('decide'); } },
    });
    const causes: string[] = [];
    client.addEventListener('error', ({ cause }) => { if (cause) causes.push((cause as Error).message); });
    socket.says('x');
    await vi.advanceTimersByTimeAsync(1500);
    expect(causes).toEqual(['answer', 'message', 'decide']);
    expect(client.state).toBe('waiting');
    void client.close();
  });

  test('a token never gets into what is told', async () => {
    const told: unknown[] = [];
    const auth = { token: 'S3CRET', via: 'url' } as const;
    const client = new WebSocketClient('ws://server/', { WebSocket: FakeSocket, connect: false, auth, reconnect: { attempts: 0 } });
    for (const name of ['state', 'close', 'error', 'reconnect_failed', 'message'] as const)
      client.addEventListener(name, (event) => told.push(event, event instanceof Error && [event.message, event.stack, event.cause]));
    client.connect();
    await vi.advanceTimersByTimeAsync(0);
    expect(FakeSocket.newest.url).toContain('S3CRET');
    FakeSocket.newest.end(1006);
    expect(JSON.stringify([told, client, client.url])).not.toContain('S3CRET');
  });
});

describe('options that are functions', () => {
  test('decide overrules the table in both directions, and leaves it alone', () => {
    const decide = vi.fn(({ code }: { code: number }) => code === 1008 ? true : code === 1011 ? false : undefined);
    const ends: Record<number, string> = { 1008: 'waiting', 1011: 'failed', 1012: 'waiting', 1000: 'closed' };
    for (const [code, state] of Object.entries(ends)) {
      const { client, socket } = open({ reconnect: { decide } });
      socket.end(Number(code), 'why');
      expect([code, client.state]).toEqual([code, state]);
      expect(decide).toHaveBeenLastCalledWith({ code: Number(code), reason: 'why', wasClean: true });
      void client.close();
    }
  });

  test('the first message can be another one, and a token that is always the same is not tried twice', async () => {
    const message = (token: string) => ({ type: 'auth', payload: { jwt: token } });
    const client = new WebSocketClient('ws://server/', { WebSocket: FakeSocket, heartbeat: false, auth: { token: 'fixed', message } });
    await vi.advanceTimersByTimeAsync(0);
    FakeSocket.newest.accept();
    expect(JSON.parse(FakeSocket.newest.heard[0] as string)).toEqual({ type: 'auth', payload: { jwt: 'fixed' } });
    FakeSocket.newest.says({ type: 'auth_fail' });
    expect([client.state, client.error?.code, FakeSocket.all.length]).toEqual(['failed', 'auth_failed', 1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a probe that is made anew each time', async () => {
    let number = 0;
    const message = () => ({ req_type: 8, req_no: String(++number) });
    const isAnswer = (_: unknown, json: any) => json?.resp_type === 2;
    const { client, socket } = open({ heartbeat: { interval: 1000, timeout: 500, message, isAnswer } });
    for (let i = 1; i <= 3; i++) {
      await vi.advanceTimersByTimeAsync(1000);
      expect(JSON.parse(socket.heard.at(-1) as string)).toEqual({ req_type: 8, req_no: String(i) });
      socket.says({ resp_type: 2 });
    }
    expect(client.state).toBe('open');
    void client.close();
  });
});

describe('answers', () => {
  test('of a server that refuses are its own errors', async () => {
    const { client, socket } = open();
    const answer = client.request('x', 1, { id: 'i' });
    socket.says({ type: 'error', id: 'i', payload: { code: 'publish_denied', message: 'Not here.' } });
    const error = await answer.catch((error: unknown) => error as ServerError);
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toBeInstanceOf(HutongError);
    expect([error.code, error.message]).toEqual(['publish_denied', 'Not here.']);
  });

  test('ids are never the same', () => {
    const { client, socket } = open();
    for (let i = 0; i < 100; i++)
      client.request('x').catch(() => {});
    expect(new Set(socket.heard.map((each) => JSON.parse(each as string).id)).size).toBe(100);
    void client.close();
  });

  test('are seen before what came after them', () => {
    const { client, socket } = open();
    const order: string[] = [];
    void client.call('x', 1, { id: 'i', onAnswer: () => order.push('answer') });
    client.on('y', () => order.push('y'));
    socket.says({ type: 'ack', id: 'i' });
    socket.says({ type: 'y' });
    expect(order).toEqual(['answer', 'y']);
    void client.close();
  });

  test('of requests that were given up before they began', async () => {
    const { client, socket } = open();
    await expect(client.request('x', 1, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
    expect(socket.heard).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('one connection for many', () => {
  test('is closed when the last one leaves, who takes along what they brought', async () => {
    const first = getClient('ws://server/shared', { WebSocket: FakeSocket, heartbeat: false });
    const second = getClient('ws://server/shared');
    expect(first).toBeInstanceOf(WebSocketClient);
    expect(FakeSocket.all.length).toBe(1);
    FakeSocket.newest.accept();
    const calls: string[] = [];
    first.on('x', () => calls.push('first'));
    second.on('x', () => calls.push('second'));
    FakeSocket.newest.says({ type: 'x' });
    await first.close();
    await first.close();
    FakeSocket.newest.says({ type: 'x' });
    expect(calls).toEqual(['first', 'second', 'second']);
    expect([second.state, second.send('y').status]).toEqual(['open', 'sent']);
    void second.close();
    expect(second.state).toBe('closed');
    const third = getClient('ws://server/shared', { WebSocket: FakeSocket });
    expect([third.state, FakeSocket.all.length]).toEqual(['connecting', 2]);
    void third.close();
  });
});

test('numbers from a seed are the same each time, and spread', () => {
  const a = seededRandom(7);
  const b = seededRandom(7);
  const numbers = Array.from({ length: 1000 }, a);
  expect(Array.from({ length: 1000 }, b)).toEqual(numbers);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  const mean = numbers.reduce((sum, each) => sum + each) / 1000;
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
});
