// Socket.IO: whoever is connected may join a room, publish in it, and have a text acknowledged with itself.   node server.mjs PORT
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, { transports: ['websocket'], serveClient: false });

io.on('connection', (socket) => {
  socket.on('join', (room, joined) => {
    socket.join(room);
    joined();
  });
  socket.on('echo', (text, answer) => answer(text));
  socket.on('publish', (room, text) => io.to(room).emit('message', text));
});
http.listen(Number(process.argv[2]), '127.0.0.1');
