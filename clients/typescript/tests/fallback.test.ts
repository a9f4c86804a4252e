import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { WebSocketClient, type ClientOptions } from '../src/core/index.js';
import { fallback, type FallbackOptions, type Transport } from '../src/fallback/index.js';
import { HttpServer } from './support/http-server.js';

describe('without WebSockets', () => {
  let server: HttpServer;
  let client: WebSocketClient | undefined;
  let used: Transport[];

  beforeEach(async () => {
    server = await HttpServer.start();
    used = [];
  });
  afterEach(async () => {
    await client?.close();
    client = undefined;
    await server.stop();
  });

  function connect(options: FallbackOptions = {}, more: ClientOptions = {}): WebSocketClient {
    client = new WebSocketClient(server.url, {
      WebSocket: fallback({ WebSocket, patience: 1000, retryUpwards: 0, onTransport: (transport) => used.push(transport), ...options }),
      reconnect: { base: 5, cap: 20 },
      ...more,
    });
    return client;
  }

  const heard = (client: WebSocketClient, type: string) => new Promise<any>((resolve) => client.once(type, resolve));

  test('it polls, hears and speaks, in order', async () => {
    const client = connect();
    const answers = Array.from({ length: 250 }, (_, i) => client.request('n', i));
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 250 }, (_, i) => i));
    expect(server.effects).toEqual(Array.from({ length: 250 }, (_, i) => i));
    expect(used).toEqual(['poll']);
    const numbers: number[] = [];
    client.on('tell', (n) => numbers.push(n));
    const last = heard(client, 'last');
    for (let i = 0; i < 20; i++)
      server.tell({ type: 'tell', payload: i });
    server.tell({ type: 'last' });
    await last;
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test('what worked is remembered, and the next connection begins with it', async () => {
    const client = connect();
    await client.request('n', 1);
    server.requests.length = 0;
    for (const session of server.sessions.keys())
      server.sessions.delete(session);
    server.http.closeAllConnections();
    await client.request('n', 2);
    expect(server.requests).not.toContain('websocket');
    expect(used).toEqual(['poll', 'poll']);
  });

  test('a WebSocket that hangs is not waited for for ever', async () => {
    server.webSockets = 'hanging';
    const client = connect({ patience: 40 });
    expect(await client.request('n', 1)).toBe(1);
    expect(used).toEqual(['poll']);
  });

  test('an answer that was lost is asked for again, and nothing comes twice', async () => {
    const client = connect();
    await client.request('n', 0);
    const numbers: number[] = [];
    client.on('tell', (n) => numbers.push(n));
    let cut = 2;
    server.intercept = (request, response) => {
      if (!request.url!.endsWith('/poll') || cut-- <= 0)
        return false;
      response.destroy();
      return true;
    };
    const last = heard(client, 'last');
    for (let i = 0; i < 3; i++)
      server.tell({ type: 'tell', payload: i });
    server.tell({ type: 'last' });
    await last;
    expect(numbers).toEqual([0, 1, 2]);
    expect(used).toEqual(['poll']);
  });

  test('closing tells the server, after what was sent before', async () => {
    const client = connect();
    await client.request('n', 1);
    client.send('bye', 'bye');
    await client.close();
    await expect.poll(() => server.sessions.size).toBe(0);
    expect(server.effects).toEqual([1, 'bye']);
  });

  test('the server\'s close has its code and reason', async () => {
    const client = connect();
    await client.request('n', 1);
    const closed = new Promise<any>((resolve) => client.addEventListener('close', resolve));
    server.tell({ type: 'close', payload: { code: 3502, name: 'disconnected', reconnect: false, message: 'That is all.' } });
    expect(await closed).toEqual({ code: 3502, reason: 'That is all.', wasClean: true, reconnects: false });
    expect(client.state).toBe('failed');
  });

  test('a refusal says when to come back', async () => {
    server.intercept = (request, response) => {
      if (!request.url!.includes('/rt/'))
        return false;
      response.writeHead(503, { 'Retry-After': '7' }).end();
      return true;
    };
    const client = connect();
    await new Promise((resolve) => client.addEventListener('close', resolve));
    expect(client.retryAt! - Date.now()).toBeGreaterThan(6000);
  });

  test('bytes cannot be sent, and that is said', async () => {
    const client = connect();
    await client.request('n', 1);
    const sending = client.sendRaw(new Uint8Array(3));
    expect([sending.status, sending.error?.code]).toEqual(['dropped', 'not_sendable']);
    expect(client.sendRaw('no envelope').error?.code).toBe('not_sendable');
    expect(await client.request('n', 2)).toBe(2);
  });

  test('the session goes on over a WebSocket when that has become possible, and nothing is lost or comes twice', async () => {
    const client = connect({ retryUpwards: 60, remember: 0 });
    await client.request('n', -1);
    expect(used).toEqual(['poll']);
    server.webSockets = 'served';
    const numbers: number[] = [];
    client.on('tell', (n) => numbers.push(n));
    const answers: Promise<number>[] = [];
    let i = 0;
    while (!used.includes('websocket')) {
      server.tell({ type: 'tell', payload: i });
      answers.push(client.request('n', i));
      i++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    server.tell({ type: 'tell', payload: i });
    answers.push(client.request('n', i));
    expect(await Promise.all(answers)).toEqual(answers.map((_, n) => n));
    expect(numbers).toEqual(answers.map((_, n) => n));
    expect(server.effects).toEqual([-1, ...answers.map((_, n) => n)]);
    expect(client.state).toBe('open');
  });

  test('a WebSocket that does not know the session is let go, and all stays as it was', async () => {
    const client = connect({ retryUpwards: 30, remember: 0 });
    await client.request('n', 1);
    server.webSockets = 'served';
    const [token, session] = [...server.sessions].at(-1)!;
    server.sessions.delete(token);
    const tried = () => server.requests.filter((request) => request === 'websocket').length;
    const before = tried();
    server.sessions.set(token, session);
    const find = server.sessions.get.bind(server.sessions);
    // Known to its requests, and unknown to the WebSocket.
    let viaHttp = false;
    server.intercept = () => { viaHttp = true; return false; };
    server.sessions.get = (key) => { const known = viaHttp ? find(key) : undefined; viaHttp = false; return known; };
    await expect.poll(tried).toBeGreaterThan(before);
    expect(await client.request('n', 2)).toBe(2);
    expect([used, client.state]).toEqual([['poll'], 'open']);
  });
});
