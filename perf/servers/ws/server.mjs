// Echo and broadcast on the npm package ws.   node server.mjs PORT [CERTIFICATE KEY]
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { WebSocketServer } from 'ws';

const [port, certificate, key] = process.argv.slice(2);
const http = certificate
  ? createHttpsServer({ cert: readFileSync(certificate), key: readFileSync(key) })
  : createHttpServer();

const options = {
  noServer: true,
  maxPayload: 64 * 1024 * 1024,
  // Used only with clients that offer it. The threshold is Hutong's, so that both compress the same messages.
  perMessageDeflate: { serverNoContextTakeover: true, clientNoContextTakeover: true, threshold: 256 },
};
const echo = new WebSocketServer(options);
const everyone = new WebSocketServer(options);

echo.on('connection', (socket) => {
  socket.on('error', () => socket.terminate());
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});
everyone.on('connection', (socket) => {
  socket.on('error', () => socket.terminate());
  socket.on('message', (data, isBinary) => {
    for (const receiver of everyone.clients) receiver.send(data, { binary: isBinary });
  });
});

http.on('upgrade', (request, socket, head) => {
  const server = request.url === '/b' ? everyone : echo;
  server.handleUpgrade(request, socket, head, (accepted) => server.emit('connection', accepted, request));
});
http.listen(Number(port), '127.0.0.1');
