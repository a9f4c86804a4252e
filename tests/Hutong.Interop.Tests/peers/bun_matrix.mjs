// Bun's own client and server in the matrix: bun bun_matrix.mjs client|server JSON. Neither can send fragments.
import { readFileSync } from 'node:fs';
import { converse, runClient } from './matrix.mjs';

const [role, json] = process.argv.slice(2);
const config = JSON.parse(json);

const SERVERS = {
  plain: false,
  takeover: { compress: '256KB', decompress: '32KB' },
  reset: { compress: 'shared', decompress: 'shared' },
  small: { compress: '3KB', decompress: '3KB' },
};

async function talk(url, mode, fragmented) {
  const socket = new WebSocket(url, { tls: config.ca ? { ca: readFileSync(config.ca, 'utf8') } : undefined, perMessageDeflate: mode !== 'plain' });
  socket.binaryType = 'nodebuffer';
  const closed = new Promise((resolve) => socket.addEventListener('close', resolve));
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', (e) => reject(new Error(`failed: ${e.message}`)));
  });
  await converse(fragmented, (message) => new Promise((resolve, reject) => {
    socket.onmessage = ({ data }) => resolve(data);
    closed.then(({ code, reason }) => reject(new Error(`closed: ${code} ${reason}`)));
    socket.send(message);
  }));
  const { extensions } = socket;
  socket.close(1000);
  const { code } = await closed;
  if (code !== 1000)
    throw new Error(`closed with ${code}`);
  return extensions;
}

function serve() {
  const ports = {};
  for (const mode of config.modes) {
    ports[mode] = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      tls: config.cert ? { cert: readFileSync(config.cert, 'utf8'), key: readFileSync(config.key, 'utf8') } : undefined,
      fetch: (request, server) => (server.upgrade(request) ? undefined : new Response('WebSocket only', { status: 426 })),
      websocket: {
        maxPayloadLength: 64 * 1024 * 1024,
        backpressureLimit: 64 * 1024 * 1024,
        perMessageDeflate: SERVERS[mode],
        message: (socket, data) => { socket.send(data, mode !== 'plain'); },
      },
    }).port;
  }
  console.log(JSON.stringify({ version: Bun.version, ports }));
  process.stdin.resume().on('end', () => process.exit(0));
}

if (role === 'client')
  await runClient(config, Bun.version, talk);
else
  serve();
