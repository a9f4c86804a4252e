// A real server that does what servers and networks do at their worst; the clock is the machine's, so nothing here measures time.
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { WebSocketClient, type ClientEvents, type ClientOptions } from '../src/core/index.js';
import { HostileServer, type Behaviour } from './support/hostile-server.js';

let server: HostileServer | undefined;
let client: WebSocketClient | undefined;

afterEach(async () => {
  await client?.close();
  await server?.stop();
  server = client = undefined;
});

async function connect(script: Behaviour[], options: ClientOptions = {}): Promise<WebSocketClient> {
  server = await HostileServer.start(...script);
  const { reconnect, ...rest } = options;
  client = new WebSocketClient(server.url, {
    WebSocket,
    connect: false,
    reconnect: reconnect === false ? false : { base: 5, cap: 20, ...reconnect },
    ...rest,
  });
  return client;
}

type Wanted<E extends keyof ClientEvents> = (event: ClientEvents[E]) => boolean;

function next<E extends keyof ClientEvents>(from: WebSocketClient, name: E, wanted: Wanted<E> = () => true): Promise<ClientEvents[E]> {
  return new Promise((resolve) => {
    const remove = from.addEventListener(name, (event) => {
      if (wanted(event)) {
        remove();
        resolve(event);
      }
    });
  });
}

const until = (from: WebSocketClient, state: string) => next(from, 'state', (event) => event.state === state);
const serve: Behaviour = (connection) => void connection.serve();

test('a server that serves', async () => {
  const client = await connect([serve]);
  client.connect();
  expect(await client.request('add', 3)).toBe(3);
  expect([client.state, client.readyState]).toEqual(['open', 1]);
  await client.close(4000, 'bye');
  expect(client.readyState).toBe(3);
});

test('cuts the connection after every few messages: each request takes effect once, in order', async () => {
  const cut: Behaviour = (connection) => {
    let left = 4;
    const socket = connection.accept();
    socket.on('message', (data) => {
      if (left-- > 0)
        connection.answer(socket, data.toString());
      else
        connection.tcp.destroy();
    });
  };
  const client = await connect([cut], { requestTimeout: Infinity });
  client.connect();
  const all = Array.from({ length: 30 }, (_, i) => client.request('n', i));
  expect(await Promise.all(all)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  expect(server!.effects).toEqual(Array.from({ length: 30 }, (_, i) => i));
  expect(server!.connections).toBeGreaterThan(5);
});

test('takes everything and says nothing', async () => {
  const silent: Behaviour = (connection) => void connection.accept().on('message', () => {});
  const client = await connect([silent, serve], { heartbeat: { interval: 20, timeout: 20 } });
  client.connect();
  expect((await next(client, 'error')).code).toBe('heartbeat_timeout');
  await until(client, 'open');
  expect(await client.request('n', 1)).toBe(1);
});

test('half open: what it is sent lies in a buffer nobody reads', async () => {
  const halfOpen: Behaviour = (connection) => {
    connection.accept();
    connection.tcp.pause();
  };
  const client = await connect([halfOpen, serve], { heartbeat: { interval: 20, timeout: 20 }, requestTimeout: Infinity });
  client.connect();
  await until(client, 'open');
  const answer = client.request('n', 'kept');
  expect((await next(client, 'error')).code).toBe('heartbeat_timeout');
  expect(await answer).toBe('kept');
});

test('accepts too slowly', async () => {
  const never: Behaviour = () => {};
  const client = await connect([never, serve], { connectTimeout: 60 });
  client.connect();
  expect((await next(client, 'error')).code).toBe('connect_timeout');
  await until(client, 'open');
});

test('answers the handshake with something else', async () => {
  const refuse: Behaviour = ({ tcp }) => void tcp.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n');
  const nonsense: Behaviour = ({ tcp }) => void tcp.end('this is no HTTP\r\n\r\n');
  const client = await connect([refuse, nonsense, serve]);
  client.connect();
  await until(client, 'open');
  expect(server!.connections).toBe(3);
});

test('sends frames that are none', async () => {
  const bad = (bytes: number[]): Behaviour => (connection) => {
    connection.accept();
    connection.tcp.write(Buffer.from(bytes));
  };
  // Reserved bits, a reserved opcode, text that is not UTF-8, a close frame of half a code.
  const client = await connect([bad([0xf1, 0x00]), bad([0x83, 0x00]), bad([0x81, 0x01, 0xff]), bad([0x88, 0x01, 0x03]), serve]);
  client.connect();
  await next(client, 'open', () => server!.connections === 5);
  expect(await client.request('n', 1)).toBe(1);
});

test('sends messages that are none', async () => {
  const bad: Behaviour = (connection) => {
    const socket = connection.serve();
    for (const text of ['', '{', 'null', '[]', '17', '{"type":5}', '{"type":null}', '{"type":"ack"}', '{"type":"ack","id":"nobody"}',
      '{"type":"error"}', '{"type":"auth_fail"}', '{"type":"auth_success","payload":{"expiresAt":"never"}}',
      '{"type":"drain","payload":"soon"}', '{"type":"__proto__"}', '{"type":"constructor","payload":null}'])
      socket.send(text);
    socket.send(Buffer.alloc(10));
  };
  const client = await connect([bad]);
  const raw: unknown[] = [];
  client.on('raw', (data) => raw.push(typeof data === 'string' ? data : 'bytes'));
  const errors: string[] = [];
  client.addEventListener('error', ({ code }) => errors.push(code));
  client.connect();
  expect(await client.request('n', 1)).toBe(1);
  expect(raw).toEqual(['', '{', 'null', '[]', '17', '{"type":5}', '{"type":null}', 'bytes']);
  expect(errors).toEqual(['error']);
  expect(client.state).toBe('open');
});

test('takes no token', async () => {
  const denies: Behaviour = (connection) => {
    const socket = connection.accept();
    socket.on('message', () => {
      socket.send('{"type":"auth_fail","payload":{"reason":"no"}}');
      socket.close(3500);
    });
  };
  const asked: boolean[] = [];
  const client = await connect([denies], { auth: { token: ({ fresh }) => { asked.push(fresh); return 't'; } } });
  client.connect();
  expect((await until(client, 'failed')).error?.code).toBe('auth_failed');
  expect(asked).toEqual([false, true]);
  expect(server!.connections).toBe(2);
});

test('restarts, and says when it will be back', async () => {
  const restart: Behaviour = (connection) => connection.accept().close(1012, 'restart, after=40');
  const client = await connect([restart, serve]);
  client.connect();
  const { retryAt } = await until(client, 'waiting');
  expect(retryAt).toBeGreaterThan(Date.now() + 20);
  await until(client, 'open');
});

test('is gone', async () => {
  const client = await connect([serve], { reconnect: { attempts: 3 } });
  await server!.stop();
  client.connect();
  expect((await next(client, 'reconnect_failed')).attempts).toBe(3);
  expect(client.state).toBe('failed');
});

test('a file, slowly read', async () => {
  let received = 0;
  const slow: Behaviour = (connection) => {
    const socket = connection.serve(connection.accept());
    socket.removeAllListeners('message');
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      received += isBinary ? data.length : 0;
      socket.pause();
      setImmediate(() => socket.resume());
      if (!isBinary)
        socket.send(JSON.stringify({ type: 'ack', id: JSON.parse(data.toString()).id, payload: received }));
    });
  };
  const client = await connect([slow], { queue: { highWater: 256 << 10 } });
  client.connect();
  await until(client, 'open');
  let most = 0;
  const size = 8 << 20;
  const progress = () => { most = Math.max(most, client.bufferedAmount); };
  expect(await client.sendStream(new Blob([new Uint8Array(size)]), { progress })).toBe(size);
  expect(await client.request('received')).toBe(size);
  expect(most).toBeLessThan(512 << 10);
});
