// What servers and cases are called, and what the reader must know of them.

const aboutTransport = (mode) => `samples/Echo: \`OnMessage\` and \`TrySend\`, HUTONG_TRANSPORT=${mode}`;

export const SERVERS = {
  hutong: { name: 'Hutong', what: `${aboutTransport('loops')}, the default: event loops, to which the socket is handed over; under TLS pipes on them` },
  'hutong-pending': { name: 'Hutong, pending', what: `${aboutTransport('pending')}: event loops, with the request kept open` },
  'hutong-pipe': { name: 'Hutong, pipe', what: `${aboutTransport('pipe')}: pipes on the event loops` },
  'hutong-kestrel': { name: 'Hutong, Kestrel', what: `${aboutTransport('kestrel')}: pipes on Kestrel's own sockets` },
  'hutong-async': { name: 'Hutong, `await foreach`', what: 'samples/Echo: `ReadAllAsync` and `SendAsync`, in the default mode' },
  'hutong-standalone': { name: 'Hutong, standalone', what: 'perf/servers/standalone: `WebSocketServer.StartAsync`, without routing' },
  aspnetcore: { name: 'ASP.NET Core', what: 'perf/servers/aspnetcore: Kestrel and the WebSockets middleware' },
  signalr: {
    name: 'SignalR',
    what: 'perf/servers/signalr: a hub of ASP.NET Core SignalR that answers a call with a call. **Another protocol, which does more**: each message is a JSON '
      + 'record that is parsed, bound to a method and written anew. It is here because people choose between the two, not because the figures are '
      + 'of the same work. It has only the cases that a hub with default limits can serve',
  },
  ws: { name: 'ws (Node)', what: 'perf/servers/ws, without native add-ons' },
  bun: { name: 'Bun (uWebSockets)', what: 'perf/servers/bun: its WebSocket server is uWebSockets, in C++' },
  gorilla: { name: 'gorilla (Go)', what: 'perf/servers/gorilla' },
  'hutong-rooms': { name: 'Hutong, rooms', what: 'perf/servers/rooms: `app.MapRooms` with `ClientPublish`, in the default mode; JSON' },
  'signalr-groups': { name: 'SignalR, groups', what: 'perf/servers/signalr: a hub whose methods join a group and send to it; its JSON protocol over a WebSocket' },
  socketio: { name: 'Socket.IO', what: 'perf/servers/socketio: npm\'s server; WebSockets only, without native add-ons' },
  'hutong-socketio': { name: 'Hutong, Socket.IO', what: 'perf/servers/hutong-socketio: `app.MapSocketIO`, in the default mode' },
  raw: { name: 'raw C', what: 'perf/servers/raw.c, the limit: echoes bytes and knows no protocol; for a broadcast it unmasks once and sends, and its 101 is canned' },
};

export const MODES = ['hutong', 'hutong-pending', 'hutong-pipe', 'hutong-kestrel', 'hutong-async', 'hutong-standalone'];

const count = (n) => n.toLocaleString('en');
const each = (depth) => `${depth === 1 ? 'one message' : `${depth} messages`} in flight on each`;
const deep = (depth) => (depth === 1 ? '' : `, ${depth} deep`);
const publishes = (depth) => (depth === 1 ? 'publishes a message when everybody has the last' : `publishes ${depth} messages at once, and the next when everybody has them all`);
const connections = (n) => `${count(n)} connection${n === 1 ? '' : 's'}`;

/** Title and note of a case, both from its name: `echo16Kx1`, `echo125x1c1000`, `broadcast10000x8`, `rooms5000` ... */
export function describeCase(name, run) {
  const many = (n) => ({ 1000: run.thousand, 5000: run.five_thousand, 10000: run.ten_thousand })[n] ?? n;
  const echo = /^(echo|wss|deflate)(\d+)([KM]?)x(\d+)(?:c(\d+))?$/.exec(name);
  if (echo) {
    const [, kind, number, unit, depth] = echo;
    const bytes = `${number} ${{ '': 'B', K: 'KiB', M: 'MiB' }[unit]}`;
    const n = echo[5] ? many(Number(echo[5])) : unit === 'M' ? 16 : 100;
    const title = { echo: `Echo, ${bytes}`, wss: `Echo over TLS, ${bytes}`, deflate: `Echo, compressed JSON, ${bytes}` }[kind];
    const first = {
      echo: '',
      wss: 'TLS 1.3, AES-128-GCM; ',
      deflate: 'permessage-deflate, no context takeover either way, every server at its own default level; ',
    }[kind];
    const last = kind === 'deflate' ? ' Every answer is checked to be compressed.' : '';
    return { title: `${title}${deep(Number(depth))}${echo[5] ? `, ${connections(n)}` : ''}`, note: `${first}${connections(n)}, ${each(Number(depth))}.${last}` };
  }
  const acknowledged = /^socketio-ack(\d+)x(\d+)$/.exec(name);
  if (acknowledged) {
    const [, bytes, depth] = acknowledged;
    return { title: `Socket.IO, emit with acknowledgement${deep(Number(depth))}`, note: `A client emits ${bytes} B of text, which the server acknowledges with the same; ${connections(100)}, ${each(Number(depth))}.` };
  }
  if (name === 'socketio-connect')
    return { title: 'Socket.IO, connects', note: '64 connections at a time: WebSocket, Engine.IO, the main namespace, closed with a closing handshake, opened again. Latency is until the namespace is open.' };
  if (name.startsWith('socketio-idle'))
    return { title: `Socket.IO, idle, ${connections(run.ten_thousand)}`, note: 'Resident memory of the process, with the silent sockets less without them; each has had one emit of 125 B acknowledged. What the kernel holds is not in it.' };
  const room = /^(?:socketio-)?rooms?(\d+)(?:x(\d+))?$/.exec(name);
  if (room) {
    const depth = Number(room[2] ?? 1);
    return {
      title: `${name.startsWith('socketio') ? 'Socket.IO, a' : 'A'} room of ${count(many(Number(room[1])))}${depth === 1 ? '' : `, ${depth} in flight`}`,
      note: `125 B of content, each server's own protocol around it; a member ${publishes(depth)}. What is counted is deliveries, each compared byte by byte; latency is until the last member has the message.`,
    };
  }
  const broadcast = /^broadcast(\d+)x(\d+)$/.exec(name);
  if (broadcast) {
    const depth = Number(broadcast[2]);
    return {
      title: `Broadcast to ${count(many(Number(broadcast[1])))}${depth === 1 ? '' : `, ${depth} in flight`}`,
      note: `125 B; one connection ${publishes(depth)}. What is counted is deliveries, each checked by its number; latency is until the last receiver has the message.`,
    };
  }
  const rounds = '64 connections at a time: opened, closed with a closing handshake, opened again. Latency is until 101.';
  if (name === 'handshake') return { title: 'Handshakes', note: rounds };
  if (name === 'handshake-fast') return { title: 'Handshakes, fast path', note: `${rounds} Hutong serves them without routing; the others are the servers of the case above.` };
  return {
    title: `Idle, ${connections(run.ten_thousand)}`,
    note: 'Resident memory of the process, with the silent connections less without them; each has echoed one message of 125 B. What the kernel holds is not in it.',
  };
}
