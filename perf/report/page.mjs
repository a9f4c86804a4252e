// performance.md
import { costOf, isIdle, isRoom, isSocketIO, ratio } from './figures.mjs';
import { goals } from './goals.mjs';
import { describeCase, MODES, SERVERS } from './names.mjs';
import { number, table, times } from './text.mjs';

const BASES = ['aspnetcore', 'ws', 'bun', 'raw', 'signalr-groups', 'socketio'];
const NOISY = 0.2;

const plain = (name) => name.replaceAll('`', '');
const range = (stat) => `${number(stat.min)}–${number(stat.max)}`;
const isNoisy = (stat) => (stat.max - stat.min) / Math.abs(stat.median) > NOISY;

/** What went wrong, each reason once. */
function troubles(cell, run) {
  const reasons = [...new Set(cell.failures)];
  if (reasons.length === 0) return '';
  return cell.good.length === 0
    ? reasons.join('; ')
    : `in ${cell.failures.length} of ${run.rounds} rounds ${reasons.join('; ')}`;
}

/** One row for each case, one column for each server that is in one of them. */
function matrix(names, servers, run, cells, show) {
  const shown = servers.filter((server) => names.some((name) => cells[name][server]));
  if (names.length === 0 || shown.length === 0) return '';
  const rows = names.map((name) => [describeCase(name, run).title, ...shown.map((server) => {
    const cell = cells[name][server];
    return cell ? show(name, server, cell) : '';
  })]);
  return table(['', ...shown.map((server) => SERVERS[server].name)], rows);
}

function capacities(servers, run, cells, base = 'aspnetcore') {
  const others = servers.filter((server) => server !== base);
  const belongs = { 'signalr-groups': isRoom, socketio: isSocketIO }[base] ?? ((name) => !isRoom(name) && !isSocketIO(name));
  const names = Object.keys(run.cases).filter(belongs);
  return matrix(names, others, run, cells, (name, server, cell) => {
    const r = ratio(cells, name, server, base);
    if (r) return `**${times(r.value)}**${run.rounds > 1 ? ` (${r.min.toFixed(2)}–${r.max.toFixed(2)})` : ''}`;
    return cell.good.length ? 'no ratio' : troubles(cell, run).split(':')[0];
  });
}

function tails(run, cells) {
  const names = Object.keys(run.cases).filter((name) => name.endsWith('x16'));
  return matrix(names, run.servers, run, cells, (name, server, cell) => {
    const stat = cell.stat('p99_us');
    return stat ? `${number(stat.median)}${run.rounds > 1 ? ` (${range(stat)})` : ''}` : troubles(cell, run).split(':')[0];
  });
}

function detail(name, run, cells) {
  const idle = isIdle(name), deflate = name.startsWith('deflate');
  const servers = run.cases[name];
  const bases = BASES.filter((base) => servers.includes(base));
  const header = idle
    ? ['server', 'KB a connection', 'rounds', 'resident, MiB']
    : ['server', 'CPU, µs', 'rounds', 'a second', 'p50, µs', 'p99, µs', ...(deflate ? ['bytes of an answer'] : []), 'resident, MiB'];
  header.push(...bases.map((base) => `× ${SERVERS[base].name}`));
  const notes = [];
  const rows = servers.map((server) => {
    const cell = cells[name][server];
    const cost = cell.stat(costOf(name));
    const trouble = troubles(cell, run);
    if (trouble) notes.push(`**${SERVERS[server].name}: ${trouble}.**`);
    if (!cost) return [SERVERS[server].name, `**${trouble.split(':')[0]}**`, ...Array(header.length - 2).fill('–')];
    const row = [SERVERS[server].name, `${isNoisy(cost) ? '~' : ''}${number(cost.median)}`, range(cost)];
    if (!idle) {
      const rate = cell.stat('rate');
      // The load ran out of processor before the server did: the server's rate would be higher.
      const bound = cell.stat('client_cpu').median > 0.9 && cell.stat('server_cpu').median < 0.9;
      row.push(`${bound ? '≥ ' : ''}${number(rate.median)}`, number(cell.stat('p50_us').median), number(cell.stat('p99_us').median));
      if (deflate) row.push(number(cell.stat('answer_bytes').median));
    }
    row.push(number(cell.stat('rss_mb').median));
    for (const base of bases) {
      const r = base === server ? null : ratio(cells, name, server, base);
      row.push(r ? r.value.toFixed(2) : '–');
    }
    return row;
  });
  const { title, note } = describeCase(name, run);
  return [`### ${title}`, note, table(header, rows), ...notes].join('\n\n');
}

export function page(run, cells) {
  const title = (name) => describeCase(name, run).title;
  const names = Object.keys(run.cases);
  const failed = names.flatMap((name) =>
    run.cases[name].filter((server) => cells[name][server].failures.length).map((server) => ({ name, server, cell: cells[name][server] })));
  const others = run.servers.filter((server) => server === 'hutong' || !MODES.includes(server));
  const modes = capacities(run.servers.filter((server) => MODES.includes(server)), run, cells);
  const p99 = tails(run, cells);
  const capacity = capacities(others, run, cells);
  const rooms = capacities(others, run, cells, 'signalr-groups');
  const socketio = capacities(others, run, cells, 'socketio');
  const reached = goals(run, cells, title);
  const parts = [`# Performance

**These are the figures of one machine and one run**, on ${run.started}. Yours will differ, and so may the order of the servers.
To repeat: \`${run.command.trim()}\` ([how it measures](../../perf/README.md)).`];
  if (run.quick || run.rounds < 5)
    parts.push(`> **Not for quoting.** ${run.quick ? 'A quick run' : 'A run'} with ${run.rounds} round${run.rounds > 1 ? 's' : ''} of ${run.seconds} s shows that the measurement works, and little else.`);
  if (run.unfinished) parts.push('> **The run was interrupted.** What it had not reached is missing below.');
  parts.push(`![Messages for the same processor time, relative to ASP.NET Core's WebSockets; the tables below have the figures](performance.svg)

Servers are compared by **processor time a message**: user and kernel, all threads, garbage collection included. Its inverse is
the capacity of a core. A figure is the median of ${run.rounds} interleaved round${run.rounds > 1 ? 's' : ''}; ranges are the lowest and the highest round.
**~** marks medians whose rounds differ by more than ${NOISY * 100} %. Gaps under 10 % are ties. **≥** marks rates that the load
generator's core limited, not the server's.`);
  if (reached) parts.push(`## The figures to reach\n\n${reached}`);
  if (capacity) parts.push(`## Capacity against ASP.NET Core's WebSockets

How many times the messages for the same processor time; for idle connections, how many for the same memory.${run.rounds > 1 ? ' In brackets the lowest and the\nhighest round.' : ''}

${capacity}${run.servers.includes('signalr') ? "\n\nSignalR speaks another protocol on its WebSocket, which does more for a message; it has only the cases that it can serve." : ''}`);
  if (modes) parts.push(`### Hutong's modes

The same, for each way in which Hutong can be run.

${modes}`);
  if (rooms) parts.push(`## Rooms against SignalR's groups

How many times the deliveries for the same processor time.

${rooms}`);
  if (socketio) parts.push(`## Hutong's Socket.IO against npm's

How many times the work for the same processor time, or how many sockets for the same memory.

${socketio}`);
  if (p99) parts.push(`## Latency, 16 deep

p99 in µs${run.rounds > 1 ? ', and its range over the rounds' : ''}. All servers have as much in flight, so this is throughput, and fairness, too.

${p99}`);
  if (failed.length)
    parts.push(`## Missing and failed\n\n${failed.map(({ name, server, cell }) => `- ${title(name)}, ${SERVERS[server].name}: ${troubles(cell, run)}`).join('\n')}`);
  parts.push('## Every case', ...names.map((name) => detail(name, run, cells)));
  parts.push(`## The machine and the versions

${table(['', ''], [
    ['processor', `${run.cpu}, ${run.cores} cores${run.virtual ? ', a virtual machine' : ''}`],
    ['memory', `${run.memory_gb} GiB`],
    ['system', `${run.system}, kernel ${run.kernel}`],
    ['load before and after', `${run.load_before}; ${run.load_after ?? 'unknown'} (1, 5, 15 minutes)`],
    ['Hutong', `commit ${run.commit}`],
    ['.NET and ASP.NET Core', run.dotnet],
    ['Node', run.node],
    ['ws', run.ws],
    ['Socket.IO', run.socketio ?? 'none'],
    ['Bun', run.bun],
    ['Go, gorilla', `${run.go}, ${run.gorilla}`],
    ['load generator', `perf/wsload, g++ ${run.compiler}, OpenSSL ${run.openssl}`],
    ['descriptors', `${run.descriptors} a process`],
    ['measured', `${run.rounds} × ${run.seconds} s (longer where messages are slow) after ${run.warm_up} s of warm-up for each case and server${run.took_s ? `, ${Math.ceil(run.took_s / 60)} minutes in all` : ''}`],
  ]).replace('|  |  |', '| | |').replace('| --- | ---: |', '|---|---|')}

## The servers

${run.servers.filter((server) => names.some((name) => cells[name][server])).map((server) => `- **${plain(SERVERS[server].name)}**: ${SERVERS[server].what}`).join('\n')}

Every server is a fresh process for every case and round, pinned to one core with the defaults of its platform; the load generator has
another core. Both sides are on the loopback interface, whose kernel work is part of every figure: a \`send\` there does much of the
peer's receiving, too. The first answer on every connection is compared byte by byte with what was sent, later ones by length and number;
records of SignalR, Socket.IO and the rooms all byte by byte; the raw echo's are only counted.`);
  return `${parts.join('\n\n')}\n`;
}
