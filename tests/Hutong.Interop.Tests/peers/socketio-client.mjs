// The official socket.io-client under Node. Takes {"url": "http://localhost:1234", "recoveryUrl": "…", "mode": "polling" | "websocket" | "upgrade"}.
import { io } from 'socket.io-client';
import { run } from './socketio-checks.mjs';

await run(io, JSON.parse(process.argv[2]), (result) => console.log(JSON.stringify(result)));
process.exit(0);
