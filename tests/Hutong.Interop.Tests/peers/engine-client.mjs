// The official engine.io-client. Takes {"url": "http://localhost:1234", "mode": "polling" | "websocket" | "upgrade"}.
import assert from 'node:assert/strict';
import { Socket } from 'engine.io-client';
import { binary, text } from './data.mjs';

const { url, mode } = JSON.parse(process.argv[2]);
const TRANSPORTS = { polling: ['polling'], websocket: ['websocket'], upgrade: ['polling', 'websocket'] };
const BIGGEST = 999_999;

/** Opens a session and collects what comes, so that nothing is missed between two awaits. */
async function open({ settled = true, ...options } = {}) {
  const socket = new Socket(url, { transports: TRANSPORTS[mode], ...options });
  socket.binaryType = 'nodebuffer';
  const messages = [];
  let wake = () => {};
  socket.on('message', (data) => { messages.push(data); wake(); });
  const closed = new Promise((resolve) => socket.on('close', (reason) => resolve(reason)));
  const ended = closed.then((reason) => { throw new Error(`closed: ${reason}`); });
  ended.catch(() => {});
  const upgraded = new Promise((resolve) => socket.on('upgrade', (transport) => resolve(transport.name)));
  await new Promise((resolve, reject) => { socket.on('open', resolve); socket.on('error', reject); });
  const session = {
    socket,
    closed,
    upgraded,
    async next() {
      while (messages.length === 0)
        await Promise.race([new Promise((resolve) => { wake = resolve; }), ended]);
      return messages.shift();
    },
    async echo(message) {
      socket.send(message);
      const back = await session.next();
      assert.equal(typeof back, typeof message);
      assert.ok(typeof back === 'string' ? back === message : Buffer.from(back).equals(message), 'another message came back');
    },
    async end() {
      socket.close();
      assert.equal(await closed, 'forced close');
    },
  };
  if (settled && mode === 'upgrade')
    assert.equal(await upgraded, 'websocket');
  return session;
}

async function check(name, action) {
  try {
    await action();
    console.log(JSON.stringify({ check: name, ok: true }));
  } catch (error) {
    console.log(JSON.stringify({ check: name, ok: false, error: String(error?.stack ?? error) }));
  }
}

await check('handshake', async () => {
  const session = await open({ settled: false });
  assert.match(session.socket.id, /^[\w-]{20}$/);
  assert.equal(session.socket.transport.name, mode === 'websocket' ? 'websocket' : 'polling');
  await session.end();
});

await check('echo', async () => {
  const session = await open();
  assert.equal(session.socket.transport.name, mode === 'polling' ? 'polling' : 'websocket');
  for (const size of [5, 65_536]) {
    await session.echo(text(size));
    await session.echo(binary(size));
  }
  await session.echo(binary(0));
  await session.echo('x'.repeat(BIGGEST));
  await session.end();
});

await check('base64', async () => {
  const session = await open({ forceBase64: true });
  await session.echo(binary(1000));
  await session.end();
});

await check('order', async () => {
  // From the first moment on, so that a session that moves does so in the middle of it.
  const session = await open({ settled: false });
  const count = 2000;
  session.socket.send(`burst ${count}`);
  for (let i = 0; i < count; i++) {
    session.socket.send(i % 10 === 0 ? Buffer.from(`up ${i}`) : `up ${i}`);
    if (i % 100 === 0)
      await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const seen = { down: 0, up: 0 };
  while (seen.down < count || seen.up < count) {
    const [kind, number] = String(await session.next()).split(' ');
    assert.equal(Number(number), seen[kind]);
    seen[kind]++;
  }
  if (mode === 'upgrade')
    await session.upgraded;
  await session.echo('after all');
  await session.end();
});

await check('heartbeat', async () => {
  const session = await open();
  for (let i = 0; i < 4; i++)
    await new Promise((resolve) => session.socket.once('ping', resolve));
  await session.echo('still here');
  await session.end();
});

await check('close by server', async () => {
  const session = await open();
  session.socket.send('close');
  assert.equal(await session.next(), 'last words');
  assert.equal(await session.closed, 'transport close');
});

await check('too large', async () => {
  const session = await open();
  session.socket.send('x'.repeat(BIGGEST + 2));
  // A client that polls finds out by an error, one on a WebSocket by the close frame.
  assert.equal(await session.closed, mode === 'polling' ? 'transport error' : 'transport close');
});

if (mode !== 'polling') {
  await check('deflate', async () => {
    const session = await open({ perMessageDeflate: { threshold: 0 } });
    assert.match(session.socket.transport.ws.extensions, /permessage-deflate/);
    await session.echo(text(65_536));
    await session.end();
  });
}
