// The raw results, read and reduced: for each case and server the median and the range of the rounds.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const isIdle = (name) => name.includes('idle');
export const isRoom = (name) => name.startsWith('rooms');
export const isSocketIO = (name) => name.startsWith('socketio');
/** What a server is compared by; less is better. */
export const costOf = (name) => (isIdle(name) ? 'kb_per_connection' : 'cpu_us');

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function read(folder) {
  const parse = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const run = { ...parse('run.json') };
  try {
    Object.assign(run, parse('end.json'));
  } catch {
    run.unfinished = true;
  }
  const rows = readFileSync(join(folder, 'results.jsonl'), 'utf8').split('\n').filter(Boolean).map((line) => {
    try {
      return JSON.parse(line);
    } catch {
      const name = (key) => new RegExp(`"${key}":"([^"]*)"`).exec(line)?.[1];
      return { case: name('case'), server: name('server'), ok: false, why: 'failed: the load generator printed no result' };
    }
  });
  return { run, cells: cells(run, rows) };
}

/** cells[case][server]: { good: [rounds], failures: [why], stat(key) } for all that was asked for, measured or not. */
function cells(run, rows) {
  const table = {};
  for (const [name, servers] of Object.entries(run.cases)) {
    table[name] = {};
    for (const server of servers) {
      const mine = rows.filter((row) => row.case === name && row.server === server);
      const good = mine.filter((row) => row.ok && row.result);
      const failures = mine.filter((row) => !row.ok || !row.result).map((row) => row.why || 'failed');
      if (mine.length < run.rounds) failures.push(...Array(run.rounds - mine.length).fill('not run: the run was interrupted'));
      table[name][server] = {
        good,
        failures,
        stat(key) {
          const values = good.map((row) => row.result[key]).filter((value) => Number.isFinite(value));
          if (values.length === 0) return null;
          return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
        },
      };
    }
  }
  return table;
}

/** How many times as much `base` takes: of the medians, with the range over the rounds that both have. Of the cost, that is the capacity. */
export function ratio(cells, name, server, base, key = costOf(name)) {
  const ours = cells[name]?.[server], theirs = cells[name]?.[base];
  const a = ours?.stat(key)?.median, b = theirs?.stat(key)?.median;
  if (!(a > 0) || !(b > 0)) return null;
  const rounds = ours.good.flatMap((row) => {
    const other = theirs.good.find((candidate) => candidate.round === row.round);
    return other && row.result[key] > 0 ? [other.result[key] / row.result[key]] : [];
  });
  return { value: b / a, min: Math.min(...rounds), max: Math.max(...rounds) };
}
