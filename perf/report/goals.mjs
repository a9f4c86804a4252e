// The figures to reach, and whether this run has reached them.
import { ratio } from './figures.mjs';
import { SERVERS } from './names.mjs';
import { number, table, times } from './text.mjs';

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
/** KB resident for each connection, at most. */
const IDLE = { hutong: 1.5, 'hutong-pending': 10, 'hutong-pipe': 14 };
/** How many times their p99 at most. */
const P99 = { case: 'echo125x16', aspnetcore: 1, bun: 1.5 };

const verdict = (wanted, got, reached) => `${wanted}: ${got} ${reached ? 'reached' : '**not reached**'}`;

function capacity(goal, other, cells) {
  const wanted = goal[other];
  if (!wanted) return '';
  const r = ratio(cells, goal.case, goal.server ?? 'hutong', other);
  if (!r) return `≥ ${wanted} ×: not measured`;
  return verdict(`≥ ${wanted} ×`, `${times(r.value)} (${times(r.min)}–${times(r.max)})`, r.value >= wanted);
}

function latency(other, cells) {
  const wanted = P99[other];
  if (!wanted) return '';
  const r = ratio(cells, P99.case, other, 'hutong', 'p99_us');
  if (!r) return `≤ ${wanted} ×: not measured`;
  return verdict(`≤ ${wanted} ×`, `${times(r.value)} (${times(r.min)}–${times(r.max)})`, wanted === 1 ? r.value < 1 : r.value <= wanted);
}

export function goals(cells, title) {
  const rows = CAPACITY.map((goal) => {
    const server = goal.server ? `, ${SERVERS[goal.server].name}` : '';
    return [`${title(goal.case)}${server}`, ...AGAINST.map((other) => capacity(goal, other, cells))];
  });
  rows.push([`p99 of ${title(P99.case)}`, ...AGAINST.map((other) => latency(other, cells))]);
  const theirs = cells.idle10000?.aspnetcore?.stat('kb_per_connection');
  const idle = Object.entries(IDLE).map(([server, wanted]) => {
    const stat = cells.idle10000?.[server]?.stat('kb_per_connection');
    return [
      SERVERS[server].name,
      stat ? verdict(`≤ ${wanted}`, `${number(stat.median)} (${number(stat.min)}–${number(stat.max)})`, stat.median <= wanted) : `≤ ${wanted}: not measured`,
      theirs ? number(theirs.median) : '–',
    ];
  });
  return `Hutong's capacity as so many times theirs, for the same processor time; p99 as so many times theirs. Compared are medians; in brackets are
the lowest and the highest round.

${table(['work', ...AGAINST.map((other) => `against ${SERVERS[other].name}`)], rows, 'left')}

${table([`${title('idle10000')}: KB a connection`, 'Hutong', SERVERS.aspnetcore.name], idle, 'left')}`;
}
