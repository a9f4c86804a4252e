// performance.md
import { costOf, describeCases, isIdle, ratio, SERVERS } from './figures.mjs';

const BASES = ['aspnetcore', 'ws', 'bun'];
const NOISY = 0.2;

const plain = (name) => name.replaceAll('`', '');
const number = (value) => {
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en');
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
};
const times = (value) => `${value.toFixed(value >= 10 ? 1 : 2)} ×`;
const range = (stat) => `${number(stat.min)}–${number(stat.max)}`;
const isNoisy = (stat) => (stat.max - stat.min) / Math.abs(stat.median) > NOISY;

function table(header, rows) {
  const line = (row) => `| ${row.join(' | ')} |`;
  return [line(header), line(header.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** What went wrong, each reason once. */
function troubles(cell, run) {
  const reasons = [...new Set(cell.failures)];
  if (reasons.length === 0) return '';
  return cell.good.length === 0
    ? reasons.join('; ')
    : `in ${cell.failures.length} of ${run.rounds} rounds ${reasons.join('; ')}`;
}

function summary(run, cells, cases) {
  const servers = run.servers.filter((server) => server !== 'aspnetcore');
  const rows = run.cases.map((name) => [
    cases[name].title,
    ...servers.map((server) => {
      const cell = cells[name][server];
      if (!cell) return '';
      const r = ratio(cells, name, server, 'aspnetcore');
      if (r) return `**${times(r.value)}**${run.rounds > 1 ? ` (${r.min.toFixed(2)}–${r.max.toFixed(2)})` : ''}`;
      return cell.good.length ? 'no ratio' : troubles(cell, run).split(':')[0];
    }),
  ]);
  return table(['', ...servers.map((server) => SERVERS[server].name)], rows);
}

function detail(name, run, cells, cases) {
  const idle = isIdle(name), deflate = name.startsWith('deflate');
  const servers = run.servers.filter((server) => cells[name][server]);
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
  return [`### ${cases[name].title}`, cases[name].note, table(header, rows), ...notes].join('\n\n');
}

export function page(run, cells) {
  const cases = describeCases(run);
  const failed = run.cases.flatMap((name) =>
    run.servers.filter((server) => cells[name][server]?.failures.length).map((server) => ({ name, server, cell: cells[name][server] })));
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
generator's core limited, not the server's.

## Capacity against ASP.NET Core's WebSockets

How many times the messages for the same processor time; for idle connections, how many for the same memory.${run.rounds > 1 ? ' In brackets the lowest and the\nhighest round.' : ''}

${summary(run, cells, cases)}`);
  if (failed.length)
    parts.push(`## Missing and failed\n\n${failed.map(({ name, server, cell }) => `- ${cases[name].title}, ${SERVERS[server].name}: ${troubles(cell, run)}`).join('\n')}`);
  parts.push('## Every case', ...run.cases.map((name) => detail(name, run, cells, cases)));
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
    ['Bun', run.bun],
    ['load generator', `perf/wsload, g++ ${run.compiler}, OpenSSL ${run.openssl}`],
    ['descriptors', `${run.descriptors} a process`],
    ['measured', `${run.rounds} × ${run.seconds} s after ${run.warm_up} s of warm-up for each case and server${run.took_s ? `, ${Math.ceil(run.took_s / 60)} minutes in all` : ''}`],
  ]).replace('|  |  |', '| | |').replace('| --- | ---: |', '|---|---|')}

## The servers

${run.servers.map((server) => `- **${plain(SERVERS[server].name)}**: ${SERVERS[server].what}`).join('\n')}

Every server is a fresh process for every case and round, pinned to one core with the defaults of its platform; the load generator has
another core. Both sides are on the loopback interface, whose kernel work is part of every figure: a \`send\` there does much of the
peer's receiving, too. The first answer on every connection is compared byte by byte with what was sent.`);
  return `${parts.join('\n\n')}\n`;
}
