// npm ws as a client.
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import WebSocket from 'ws';
import { FOREIGN_ORIGIN, REASON_OF_CLIENT, REASON_OF_SERVER, SIZES, binary, text } from './data.mjs';

const { url, ca, id } = JSON.parse(process.argv[2]);
const trusted = ca ? readFileSync(ca) : undefined;

/** Opens a connection and collects what comes, so that nothing is missed between two awaits. */
async function open(path, { protocols = [], ...options } = {}) {
  const socket = new WebSocket(url + path, protocols, { ca: trusted, perMessageDeflate: false, maxPayload: 0, ...options });
  const messages = [];
  let wake = () => {};
  socket.on('message', (data, isBinary) => { messages.push({ data, isBinary }); wake(); });
  const closed = new Promise((resolve) => socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })));
  await new Promise((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
    socket.on('unexpected-response', (request, { statusCode }) => {
      request.destroy();
      reject(Object.assign(new Error(`status ${statusCode}`), { status: statusCode }));
    });
  });
  return {
    socket,
    closed,
    async next() {
      while (messages.length === 0)
        await new Promise((resolve) => { wake = resolve; });
      return messages.shift();
    },
    async end() {
      socket.close(1000);
      assert.equal((await closed).code, 1000);
    },
  };
}

async function echo(path, message, options) {
  const connection = await open(path, options);
  connection.socket.send(message);
  const { data, isBinary } = await connection.next();
  assert.equal(isBinary, typeof message !== 'string');
  assert.ok(data.equals(Buffer.from(message)), 'another message came back');
  await connection.end();
  return connection.socket;
}

async function check(name, action) {
  try {
    await action();
    console.log(JSON.stringify({ check: name, ok: true }));
  } catch (error) {
    console.log(JSON.stringify({ check: name, ok: false, error: String(error.stack ?? error) }));
  }
}

for (const size of SIZES) {
  await check(`text ${size}`, () => echo('/echo', text(size)));
  await check(`binary ${size}`, () => echo('/echo-async', binary(size)));
}

await check('fragments', async () => {
  const connection = await open('/echo');
  const whole = Buffer.from(text(64 * 1024));
  // The first cut is inside a character; an empty fragment and a ping come between.
  const cuts = [0, 1, 1, 30_001, 65_000];
  const pong = new Promise((resolve) => connection.socket.on('pong', resolve));
  for (const [i, cut] of cuts.entries()) {
    if (i === 2)
      connection.socket.ping('between');
    connection.socket.send(whole.subarray(cut, cuts[i + 1]), { binary: false, fin: i === cuts.length - 1 });
  }
  const { data, isBinary } = await connection.next();
  assert.equal(isBinary, false);
  assert.ok(data.equals(whole));
  assert.equal((await pong).toString(), 'between');
  await connection.end();
});

await check('ping', async () => {
  const connection = await open('/echo');
  const pong = new Promise((resolve) => connection.socket.on('pong', resolve));
  connection.socket.ping('are you there?');
  assert.equal((await pong).toString(), 'are you there?');
  await connection.end();
});

await check('server ping', async () => {
  const connection = await open('/control');
  const ping = new Promise((resolve) => connection.socket.on('ping', resolve));
  connection.socket.send('ping');
  await ping;
  assert.equal((await connection.next()).data.toString(), 'pong');
  await connection.end();
});

await check('server fragments', async () => {
  const connection = await open('/control');
  connection.socket.send('stream 200000');
  assert.ok((await connection.next()).data.equals(binary(200_000)));
  await connection.end();
});

await check('subprotocol', async () => {
  const chosen = await open('/echo', { protocols: ['unknown', 'second.hutong', 'first.hutong'] });
  assert.equal(chosen.socket.protocol, 'second.hutong');
  await chosen.end();
  const none = await open('/echo');
  assert.equal(none.socket.protocol, '');
  await none.end();
});

await check('deflate', async () => {
  for (const message of [text(5), text(65_536), binary(200_000)]) {
    const socket = await echo('/deflate', message, { perMessageDeflate: { threshold: 0 } });
    assert.match(socket.extensions, /permessage-deflate/);
  }
});

await check('close by client', async () => {
  const connection = await open(`/echo?id=${id}-close-client`);
  connection.socket.close(4321, REASON_OF_CLIENT);
  assert.equal((await connection.closed).code, 4321);
});

await check('close without code', async () => {
  const connection = await open(`/echo?id=${id}-close-without-code`);
  connection.socket.close();
  assert.equal((await connection.closed).code, 1005);
});

await check('close by server', async () => {
  const connection = await open(`/control?id=${id}-close-server`);
  connection.socket.send(`close 3456 ${REASON_OF_SERVER}`);
  assert.deepEqual(await connection.closed, { code: 3456, reason: REASON_OF_SERVER });
});

await check('origin', async () => {
  const own = await open('/echo', { origin: url.replace(/^ws/, 'http') });
  await own.end();
  await assert.rejects(open('/echo', { origin: FOREIGN_ORIGIN }), { status: 403 });
});
