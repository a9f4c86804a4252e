// The figures to reach, and whether this run has reached them.
import { ratio } from './figures.mjs';
import { SERVERS } from './names.mjs';
import { factor, number, table } from './text.mjs';

const AGAINST = ['aspnetcore', 'bun', 'raw'];

/** Capacity: how many times the messages of each other server for the same processor time. */
const CAPACITY = [
  { case: 'echo125x1', aspnetcore: 3, bun: 0.95, raw: 0.9 },
  { case: 'echo125x16', aspnetcore: 4, bun: 0.95, raw: 0.9 },
  { case: 'echo125x1', server: 'hutong-async', aspnetcore: 2 },
  { case: 'echo125x16', server: 'hutong-async', aspnetcore: 3 },
  { case: 'echo16Kx1', aspnetcore: 2.5, bun: 0.95 },
  { case: 'echo1Mx1', aspnetcore: 3, bun: 0.95 },
  { case: 'wss125x1', aspnetcore: 1.5 },
  { case: 'wss125x16', aspnetcore: 2 },
  { case: 'broadcast10000x1', aspnetcore: 2.2, bun: 0.95, raw: 0.85 },
  { case: 'broadcast10000x8', aspnetcore: 6, bun: 1.5 },
  { case: 'handshake-fast', server: 'hutong-standalone', aspnetcore: 4 },
  { case: 'handshake', aspnetcore: 1.2 },
];
/** Capacity of rooms: how many times the deliveries. */
const ROOMS = [
  { case: 'rooms5000', server: 'hutong-rooms', 'signalr-groups': 3, socketio: 3 },
  { case: 'rooms5000x8', server: 'hutong-rooms', 'signalr-groups': 3, socketio: 3 },
];
/** Of Socket.IO on Hutong, how many times what npm's does. */
const SOCKETIO = { 'socketio-connect': 3, 'socketio-ack125x1': 3, 'socketio-ack125x16': 3, 'socketio-room5000': 3, 'socketio-room5000x8': 3, 'socketio-idle10000': 3 };
const AGAINST_ROOMS = ['signalr-groups', 'socketio'];
/** KB resident for each connection, at most. */
const IDLE = { hutong: 1.5, 'hutong-pending': 10, 'hutong-pipe': 14 };
/** How many times their p99 at most. */
const P99 = { case: 'echo125x16', aspnetcore: 1, bun: 1.5 };

/** A cell of the table: what was measured, what is wanted, and whether that is enough. */
function verdict(wanted, stat, show, reached) {
  if (!stat) return `not measured; ${wanted}`;
  const range = stat.min === stat.max ? '' : ` (${show(stat.min)}–${show(stat.max)})`;
  return `**${show(stat.value ?? stat.median)}**${range}, ${wanted}: ${reached ? 'reached' : '**not reached**'}`;
}

function capacity(goal, other, cells) {
  const wanted = goal[other];
  if (!wanted) return '';
  const r = ratio(cells, goal.case, goal.server ?? 'hutong', other);
  return verdict(`≥ ${wanted}`, r, factor, r?.value >= wanted);
}

function latency(other, cells) {
  const wanted = P99[other];
  if (!wanted) return '';
  const r = ratio(cells, P99.case, other, 'hutong', 'p99_us');
  return wanted === 1 ? verdict('< 1', r, factor, r?.value < 1) : verdict(`≤ ${wanted}`, r, factor, r?.value <= wanted);
}

export function goals(run, cells, title) {
  const rows = CAPACITY.filter((goal) => run.cases[goal.case]).map((goal) => {
    const server = goal.server ? `, ${SERVERS[goal.server].name}` : '';
    return [`${title(goal.case)}${server}`, ...AGAINST.map((other) => capacity(goal, other, cells))];
  });
  if (run.cases[P99.case]) rows.push([`p99 of ${title(P99.case)}`, ...AGAINST.map((other) => latency(other, cells))]);
  const parts = [];
  if (rows.length) {
    parts.push(`Capacity is how many times the messages of the other server for the same processor time; p99 is how many times the other's. Medians decide; in
brackets are the lowest and the highest round.`, table(['work', ...AGAINST.map((other) => `against ${SERVERS[other].name}`)], rows, 'left'));
  }
  const rooms = ROOMS.filter((goal) => run.cases[goal.case]).map((goal) => [title(goal.case), ...AGAINST_ROOMS.map((other) => capacity(goal, other, cells))]);
  if (rooms.length) {
    parts.push('Of rooms, how many times the deliveries of the other server for the same processor time.',
      table(['rooms', ...AGAINST_ROOMS.map((other) => `against ${SERVERS[other].name}`)], rooms, 'left'));
  }
  const socketio = Object.entries(SOCKETIO).filter(([name]) => run.cases[name])
    .map(([name, least]) => [title(name), capacity({ case: name, server: 'hutong-socketio', socketio: least }, 'socketio', cells)]);
  if (socketio.length) {
    parts.push('Of Socket.IO, how many times the work of npm\'s server for the same processor time, or the sockets for the same memory.',
      table(['Socket.IO', `against ${SERVERS.socketio.name}`], socketio, 'left'));
  }
  if (run.cases.idle10000) {
    const stat = (server) => cells.idle10000[server]?.stat('kb_per_connection');
    const theirs = stat('aspnetcore');
    const memory = Object.entries(IDLE).map(([server, wanted]) => {
      const ours = stat(server);
      return [SERVERS[server].name, verdict(`≤ ${wanted}`, ours, number, ours?.median <= wanted), theirs ? number(theirs.median) : '–'];
    });
    parts.push(table([title('idle10000'), 'KB resident a connection', SERVERS.aspnetcore.name], memory, 'left'));
  }
  return parts.join('\n\n');
}
