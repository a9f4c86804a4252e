import { surroundings, type Environment } from './environment.js';
import { isPong, type HeartbeatOptions } from './heartbeat.js';
import type { AuthOptions } from './auth.js';
import type { QueueOptions } from './queue.js';
import type { ReconnectOptions } from './reconnect.js';

/** What the client needs of a WebSocket: the browser's own, that of the package `ws`, or another of this package's entries. */
export interface SocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  readonly protocol: string;
  readonly readyState: number;
  onopen: ((event: any) => void) | null;
  onmessage: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  send(data: any): void;
  close(code?: number, reason?: string): void;
}

export type SocketConstructor = new (url: string, protocols?: string | string[]) => SocketLike;

export interface ClientOptions {
  /** Subprotocols to offer. Default none. */
  protocols?: string | string[];
  /** What opens connections. Default the global `WebSocket`; Node 20 has none and needs that of the package `ws`. */
  WebSocket?: SocketConstructor;
  /** Connects at once. Default true; otherwise `connect()` does. */
  connect?: boolean;
  /** Milliseconds for opening a connection, and again for authenticating. Default 20000. */
  connectTimeout?: number;
  /** Milliseconds for the closing handshake. Default 5000. */
  closeTimeout?: number;
  /** Milliseconds for the answer to a request. Default 10000. */
  requestTimeout?: number;
  /** Requests without an answer; more are rejected with `queue_full`. Default 1000. */
  maxRequests?: number;
  /** How binary messages arrive. Default `arraybuffer`. */
  binaryType?: 'arraybuffer' | 'blob';
  /** False: a lost connection is the end. */
  reconnect?: false | ReconnectOptions;
  /** False: no probes. */
  heartbeat?: false | HeartbeatOptions;
  queue?: QueueOptions;
  auth?: AuthOptions;
  /** Closes the client when it is aborted. */
  signal?: AbortSignal;
  /** Network and visibility of the page. Default the browser's. */
  environment?: Environment;
  /** Numbers from 0 to 1 for the jitter. Default `Math.random`. */
  random?: () => number;
}

/** Numbers must be numbers: a timer that is given anything else would fire at once, again and again. */
function checked<T extends object>(options: T): T {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'number' && !(value >= 0))
      throw new RangeError(name);
  }
  return options;
}

/** Fills in what is not given; an option that is undefined is not given. */
function fill<T extends object, D extends object>(defaults: D, given: T | undefined): D & T {
  const all: any = { ...defaults };
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value !== undefined)
      all[name] = value;
  }
  return checked(all);
}

export function withDefaults(options: ClientOptions) {
  const { reconnect, heartbeat } = options;
  return {
    ...fill({
      connect: true,
      connectTimeout: 20_000,
      closeTimeout: 5000,
      requestTimeout: 10_000,
      maxRequests: 1000,
      binaryType: 'arraybuffer' as const,
      environment: surroundings,
      random: Math.random,
    }, options),
    reconnect: reconnect !== false && fill({ base: 500, cap: 20_000, attempts: Infinity, resetAfter: 5000 }, reconnect),
    // Without an interval there are no probes.
    heartbeat: fill({
      interval: heartbeat === false ? 0 : 25_000,
      timeout: 20_000,
      message: { type: 'ping' },
      isAnswer: isPong,
    }, heartbeat || {}),
    queue: fill({ maxCount: 1000, maxBytes: 4 << 20, whenFull: 'reject' as const, highWater: 1 << 20 }, options.queue),
  };
}

export type Settings = ReturnType<typeof withDefaults>;
