// Echo and broadcast on Bun's own WebSocket server, which is uWebSockets.   bun server.js PORT [CERTIFICATE KEY]
const [port, certificate, key] = process.argv.slice(2);

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: Number(port),
  tls: certificate ? { cert: Bun.file(certificate), key: Bun.file(key) } : undefined,
  fetch(request, server) {
    const everyone = new URL(request.url).pathname === '/b';
    if (server.upgrade(request, { data: { everyone } })) return undefined;
    return new Response('WebSocket only', { status: 426 });
  },
  websocket: {
    maxPayloadLength: 64 * 1024 * 1024,
    backpressureLimit: 256 * 1024 * 1024,
    // "shared": one compressor for all connections, hence no context takeover.
    perMessageDeflate: { compress: 'shared', decompress: 'shared' },
    open(socket) {
      if (socket.data.everyone) socket.subscribe('everyone');
    },
    message(socket, message) {
      if (socket.data.everyone) server.publish('everyone', message);
      else socket.send(message, true);
    },
  },
});
