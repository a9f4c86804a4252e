// npm ws as a server.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { WebSocketServer } from 'ws';
import { binary } from './data.mjs';

const { cert, key } = JSON.parse(process.argv[2]);
const server = cert ? createSecureServer({ cert: readFileSync(cert), key: readFileSync(key) }) : createServer();
const sockets = new WebSocketServer({
  server,
  maxPayload: 64 * 1024 * 1024,
  perMessageDeflate: { threshold: 0 },
  handleProtocols: (offered) => (offered.has('second.hutong') ? 'second.hutong' : false),
});

sockets.on('connection', (socket, request) => {
  const isControl = request.url?.startsWith('/control');
  socket.on('message', (data, isBinary) => (isControl ? obey(socket, data.toString()) : socket.send(data, { binary: isBinary })));
});

function obey(socket, command) {
  const [verb, argument, ...rest] = command.split(' ');
  if (verb === 'ping') {
    socket.once('pong', () => socket.send('pong'));
    socket.ping('are you there?');
  } else if (verb === 'stream') {
    const whole = binary(Number(argument));
    for (let at = 0; at < whole.length; at += 10_000)
      socket.send(whole.subarray(at, at + 10_000), { binary: true, fin: at + 10_000 >= whole.length });
  } else if (verb === 'close') {
    socket.close(Number(argument), rest.join(' '));
  }
}

server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
process.stdin.resume().on('end', () => process.exit(0));
