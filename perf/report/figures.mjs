// The raw results, read and reduced: for each case and server the median and the range of the rounds.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const SERVERS = {
  hutong: { name: 'Hutong', what: 'samples/Echo: `OnMessage` and `TrySend`' },
  'hutong-async': { name: 'Hutong, `await foreach`', what: 'samples/Echo: `ReadAllAsync` and `SendAsync`' },
  aspnetcore: { name: 'ASP.NET Core', what: 'perf/servers/aspnetcore: Kestrel and the WebSockets middleware' },
  ws: { name: 'ws (Node)', what: 'perf/servers/ws, without native add-ons' },
  bun: { name: 'Bun', what: 'perf/servers/bun: its WebSocket server is uWebSockets, in C++' },
  raw: { name: 'raw TCP echo', what: 'perf/servers/raw.c: no protocol at all, the limit' },
};

/** Titles, and what "a message" is. */
export function describeCases(run) {
  return {
    echo125x1: { title: 'Echo, 125 B', note: '100 connections, one message in flight on each.' },
    echo125x16: { title: 'Echo, 125 B, 16 deep', note: '100 connections, 16 messages in flight on each.' },
    echo16Kx1: { title: 'Echo, 16 KiB', note: '100 connections, one message in flight on each.' },
    echo16Kx16: { title: 'Echo, 16 KiB, 16 deep', note: '100 connections, 16 messages in flight on each.' },
    echo1Mx1: { title: 'Echo, 1 MiB', note: '16 connections, one message in flight on each.' },
    echo1Mx16: { title: 'Echo, 1 MiB, 16 deep', note: '16 connections, 16 messages in flight on each.' },
    broadcast1000: {
      title: `Broadcast to ${run.broadcast_connections.toLocaleString('en')}`,
      note: '125 B, one broadcast in flight. A message is one delivery; latency is until the last receiver has it.',
    },
    broadcast10000: { title: 'Broadcast to 10,000', note: '125 B, one broadcast in flight. A message is one delivery; latency is until the last receiver has it.' },
    handshake: {
      title: 'Handshakes',
      note: '64 connections at a time: opened, closed with a closing handshake, opened again. Latency is until 101.',
    },
    idle8000: {
      title: `Idle, ${run.idle_connections.toLocaleString('en')} connections`,
      note: 'Resident memory of the process, with the silent connections less without them; each has echoed one message of 125 B. What the kernel holds is not in it.',
    },
    deflate1Kx1: {
      title: 'Echo, compressed JSON, 1 KiB',
      note: 'permessage-deflate, no context takeover either way, every server at its own default level; 100 connections, one message in flight on each. Every answer is checked to be compressed.',
    },
    wss125x1: { title: 'Echo over TLS, 125 B', note: 'TLS 1.3, AES-128-GCM; 100 connections, one message in flight on each.' },
    wss125x16: { title: 'Echo over TLS, 125 B, 16 deep', note: 'TLS 1.3, AES-128-GCM; 100 connections, 16 messages in flight on each.' },
  };
}

export const isIdle = (name) => name.startsWith('idle');
/** What a server is compared by; less is better. */
export const costOf = (name) => (isIdle(name) ? 'kb_per_connection' : 'cpu_us');
/** Only the echoes know the raw echo and the second way to read. */
export const takesPart = (server, name) => name.startsWith('echo') || !['raw', 'hutong-async'].includes(server);

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
  for (const name of run.cases) {
    table[name] = {};
    for (const server of run.servers) {
      if (!takesPart(server, name)) continue;
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

/** How many times the capacity of `base` the server has: of the medians, with the range over the rounds that both have. */
export function ratio(cases, name, server, base) {
  const key = costOf(name);
  const ours = cases[name]?.[server], theirs = cases[name]?.[base];
  const a = ours?.stat(key)?.median, b = theirs?.stat(key)?.median;
  if (!(a > 0) || !(b > 0)) return null;
  const rounds = ours.good.flatMap((row) => {
    const other = theirs.good.find((candidate) => candidate.round === row.round);
    return other && row.result[key] > 0 ? [other.result[key] / row.result[key]] : [];
  });
  return { value: b / a, min: Math.min(...rounds), max: Math.max(...rounds) };
}
