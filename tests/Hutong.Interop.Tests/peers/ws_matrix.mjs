// npm ws in the matrix: node ws_matrix.mjs client|server JSON. What both take and print is in README.md.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createRequire } from 'node:module';
import WebSocket, { WebSocketServer } from 'ws';
import { converse, runClient } from './matrix.mjs';

const { version } = createRequire(import.meta.url)('ws/package.json');
const [role, json] = process.argv.slice(2);
const config = JSON.parse(json);

const OFFERS = {
  plain: false,
  takeover: { threshold: 0 },
  reset: { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true },
  small: { threshold: 0, serverMaxWindowBits: 10, clientMaxWindowBits: 9 },
};

function send(socket, data, isBinary, fragmented) {
  if (!fragmented)
    return socket.send(data, { binary: isBinary });
  const bytes = Buffer.from(data);
  const size = Math.ceil(bytes.length / 4);
  for (let at = 0; at < bytes.length; at += size)
    socket.send(bytes.subarray(at, at + size), { binary: isBinary, fin: at + size >= bytes.length });
}

async function talk(url, mode, fragmented) {
  const socket = new WebSocket(url, { ca: config.ca ? readFileSync(config.ca) : undefined, perMessageDeflate: OFFERS[mode], maxPayload: 0 });
  let extensions = '';
  socket.on('upgrade', (response) => { extensions = response.headers['sec-websocket-extensions'] ?? ''; });
  const closed = new Promise((resolve) => socket.on('close', resolve));
  await new Promise((resolve, reject) => { socket.on('open', resolve); socket.on('error', reject); socket.on('close', () => reject(new Error('closed'))); });
  await converse(fragmented, (message) => new Promise((resolve, reject) => {
    socket.once('message', (data, isBinary) => resolve(isBinary ? data : data.toString()));
    socket.once('close', (code, reason) => reject(new Error(`closed: ${code} ${reason}`)));
    send(socket, message, typeof message !== 'string', fragmented);
  }));
  socket.close(1000);
  if (await closed !== 1000)
    throw new Error(`closed with ${await closed}`);
  return extensions;
}

async function serve() {
  const ports = {};
  for (const mode of config.modes) {
    const server = config.cert ? createSecureServer({ cert: readFileSync(config.cert), key: readFileSync(config.key) }) : createServer();
    const sockets = new WebSocketServer({ server, maxPayload: 64 * 1024 * 1024, perMessageDeflate: OFFERS[mode] });
    sockets.on('connection', (socket, request) => socket.on('message', (data, isBinary) => send(socket, data, isBinary, request.url === '/fragmented')));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    ports[mode] = server.address().port;
  }
  console.log(JSON.stringify({ version, ports }));
  process.stdin.resume().on('end', () => process.exit(0));
}

if (role === 'client')
  await runClient(config, version, talk);
else
  await serve();
