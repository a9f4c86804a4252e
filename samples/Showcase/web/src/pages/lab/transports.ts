import { WatchedWebSocket } from '../../lib/frames.js';

/** What a transport tells the lab. */
export interface Sink {
  /** A message of the feed: its number, when it was made, and how long its payload is in bytes. */
  message(n: number, t: number, payload: number): void;
  /** Bytes of bodies or frames that came, or went. */
  bytes(count: number): void;
  /** The line was lost; it comes back by itself. */
  cut(): void;
}

/** Runs until the signal; `cut` makes it lose its line once. */
export type Transport = (sink: Sink, signal: AbortSignal, cut: EventTarget, pollEvery: () => number) => Promise<void>;

type Line = [sink: Sink, signal: AbortSignal, cut: EventTarget];

export const TRANSPORTS = ['polling', 'long', 'stream', 'sse', 'ws'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

const PAUSE = 500;
const encoder = new TextEncoder();

function take(sink: Sink, message: any): void {
  if (message?.type === 'tick')
    sink.message(message.payload.n, message.payload.t, encoder.encode(JSON.stringify(message.payload)).length);
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}

/** Does something again and again, and after each failure a little later; a cut makes it fail once. */
async function keep(sink: Sink, signal: AbortSignal, cut: EventTarget, turn: (line: AbortSignal) => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    const line = new AbortController();
    const drop = () => line.abort();
    signal.addEventListener('abort', drop, { once: true });
    cut.addEventListener('cut', drop, { once: true });
    try {
      await turn(line.signal);
    } catch {
      if (signal.aborted)
        return;
      sink.cut();
      await pause(PAUSE, signal);
    } finally {
      signal.removeEventListener('abort', drop);
      cut.removeEventListener('cut', drop);
    }
  }
}

/** Tells the server that a session is over, which would else keep for a while what nobody will fetch. */
export function endSession(token: string): void {
  if (token)
    void fetch('/rt/session', { method: 'DELETE', headers: { 'Hutong-Session': token }, keepalive: true }).catch(() => {});
}

async function text(sink: Sink, url: string, init: RequestInit): Promise<any> {
  const response = await fetch(url, { cache: 'no-store', ...init });
  if (!response.ok)
    throw new Error(String(response.status));
  const body = await response.text();
  sink.bytes(encoder.encode(body).length);
  return JSON.parse(body);
}

/** Asks every so often for what is new: the position remembers what is not. */
export const polling: Transport = (sink, signal, cut, every) => {
  let since = '';
  return keep(sink, signal, cut, async (line) => {
    const { epoch, offset, publications } = await text(sink, `/rt/rooms/lab?lab=polling${since ? `&since=${since}` : '&limit=1'}`,
      { signal: line });
    for (const each of since ? publications : [])
      take(sink, each);
    // With nothing new, from where the server is: a room that was empty, or was lost, has another epoch once somebody speaks in it.
    const last = publications.at(-1) ?? { epoch, offset };
    if (last.epoch !== undefined)
      since = `${last.epoch}:${last.offset}`;
    await pause(every(), line);
    line.throwIfAborted();
  });
};

/** Keeps up a session over HTTP: each turn asks at its address, with what has come of it, and tells what it hears. */
function keepSession(path: string, name: TransportName, [sink, signal, cut]: Line,
  turn: (url: string, init: RequestInit, hear: (message: any) => void) => Promise<void>): Promise<void> {
  let token = '';
  let ack = 0;
  signal.addEventListener('abort', () => endSession(token));
  return keep(sink, signal, cut, async (line) => {
    try {
      const headers: Record<string, string> = token ? { 'Hutong-Session': token, 'Hutong-Ack': String(ack) } : {};
      await turn(`${path}?${token ? '' : 'room=lab&'}lab=${name}`, { signal: line, headers }, (message) => {
        if (message.type === 'welcome')
          token = message.payload.token;
        ack = Math.max(ack, message.seq ?? 0);
        take(sink, message);
      });
    } catch (error) {
      // A session that the server does not know is begun anew, and counts from its beginning.
      if (/^4/.test((error as Error).message)) {
        token = '';
        ack = 0;
      }
      throw error;
    }
  });
}

/** A request that waits until there is something. */
export const long: Transport = (sink, signal, cut) => keepSession('/rt/poll', 'long', [sink, signal, cut], async (url, init, hear) => {
  for (const message of await text(sink, url, init))
    hear(message);
});

/** Reads a response that does not end, and cuts it at a separator. */
async function read(sink: Sink, url: string, init: RequestInit, separator: string, piece: (text: string) => void): Promise<void> {
  const response = await fetch(url, { cache: 'no-store', ...init });
  if (!response.ok)
    throw new Error(String(response.status));
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (let part; !(part = await reader.read()).done;) {
    sink.bytes(part.value.length);
    const pieces = (rest + decoder.decode(part.value, { stream: true })).split(separator);
    rest = pieces.pop()!;
    pieces.forEach(piece);
  }
  throw new Error('ended');
}

/** One response, a line for each message. */
export const stream: Transport = (sink, signal, cut) => keepSession('/rt/stream', 'stream', [sink, signal, cut], (url, init, hear) =>
  read(sink, url, init, '\n', (each) => {
    if (each.trim())
      hear(JSON.parse(each));
  }));

/** Server-sent events, read by fetch so that their bytes can be counted; the last event's id resumes them. */
export const sse: Transport = (sink, signal, cut) => {
  let last = '';
  let token = '';
  signal.addEventListener('abort', () => endSession(token));
  return keep(sink, signal, cut, (line) => read(sink, '/rt/sse?room=lab&lab=sse', {
    signal: line, headers: { Accept: 'text/event-stream', ...(last && { 'Last-Event-ID': last }) },
  }, '\n\n', (event) => {
    const lines = event.split('\n');
    last = lines.find((each) => each.startsWith('id: '))?.slice(4) ?? last;
    const data = lines.find((each) => each.startsWith('data: '));
    if (!data)
      return;
    const message = JSON.parse(data.slice(6));
    if (message.type === 'welcome')
      token = message.payload.token;
    take(sink, message);
  }));
};

/** A WebSocket in the room; after a cut it says where it was. */
export const ws: Transport = (sink, signal, cut) => {
  let since: { epoch: string; offset: number } | undefined;
  return keep(sink, signal, cut, (line) => new Promise((_, reject) => {
    const socket = new WatchedWebSocket(new URL('/rt?lab=ws', location.href.replace(/^http/, 'ws')), 'hutong.v1.json');
    line.addEventListener('abort', () => socket.close(1000), { once: true });
    socket.onopen = () => socket.send(JSON.stringify({ type: 'join', room: 'lab', id: 'join', since }));
    socket.onclose = () => reject(new Error('closed'));
    socket.onmessage = ({ data }) => {
      const length = encoder.encode(data as string).length;
      // A frame's head is two bytes, or four from 126 bytes of payload on; from the server there is no mask.
      sink.bytes(length + (length < 126 ? 2 : 4));
      const message = JSON.parse(data as string);
      for (const each of [...message.payload?.missed ?? [], message]) {
        take(sink, each);
        if (each.epoch !== undefined && each.offset !== undefined)
          since = { epoch: each.epoch, offset: each.offset };
      }
    };
  }));
};
