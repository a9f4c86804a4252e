import { checkClose, isMessage, newId, parse, sizeOf } from '../core/envelope.js';
import type { CloseInfo, SocketConstructor, SocketLike } from '../core/index.js';
import { HttpCarrier, type Carrier, type CarrierEvents } from './http.js';
import { PollCarrier } from './poll.js';
import { SseCarrier } from './sse.js';

export type Transport = 'websocket' | 'sse' | 'poll';

export interface FallbackOptions {
  /** In the order in which they are tried. Default `['websocket', 'sse', 'poll']`. */
  transports?: Transport[];
  /** Milliseconds until the next one is tried. Default 5000. */
  patience?: number;
  /** For how many milliseconds the one that worked is remembered, also by other pages of the origin. Default 600000. */
  remember?: number;
  /** After how many milliseconds, again and again, a WebSocket is tried beside another one. Default 60000; 0: never. */
  retryUpwards?: number;
  /** Default the global ones; without an EventSource, as in Node, there is no `sse`. */
  WebSocket?: SocketConstructor;
  EventSource?: typeof EventSource;
  /** Called when a transport is in use. */
  onTransport?: (transport: Transport) => void;
}

const WRONG: CloseInfo = { code: 1006, reason: '', wasClean: false };

/** Which transport to begin with, by host. */
const memory = new Map<string, { transport: Transport; until: number }>();

function recall(host: string): Transport | undefined {
  let known = memory.get(host);
  try {
    known ??= JSON.parse(localStorage.getItem(`hutong:${host}`)!) ?? undefined;
  } catch {
    // No storage, or none that is allowed.
  }
  return known && known.until > Date.now() ? known.transport : undefined;
}

function keep(host: string, transport: Transport | undefined, remember: number): void {
  const note = { transport: transport!, until: transport ? Date.now() + remember : 0 };
  memory.set(host, note);
  try {
    localStorage.setItem(`hutong:${host}`, JSON.stringify(note));
  } catch {
    // This page remembers by itself.
  }
}

/** A connection that takes what it can get: the interface is a WebSocket's, whatever carries it. */
class FallbackSocket implements SocketLike {
  binaryType = 'arraybuffer';
  readyState = 0;
  onopen: ((event: any) => void) | null = null;
  onmessage: ((event: any) => void) | null = null;
  onerror: ((event: any) => void) | null = null;
  onclose: ((event: any) => void) | null = null;
  readonly #url: string;
  readonly #protocols?: string | string[];
  readonly #options: Required<Pick<FallbackOptions, 'transports' | 'patience' | 'remember' | 'retryUpwards'>> & FallbackOptions;
  readonly #host: string;
  #carrier?: Carrier;
  #left: Transport[];
  #timer?: ReturnType<typeof setTimeout>;
  #rising?: SocketLike;

  constructor(url: string, protocols: string | string[] | undefined, options: FallbackOptions) {
    this.#url = url;
    this.#protocols = protocols;
    this.#options = { transports: ['websocket', 'sse', 'poll'], patience: 5000, remember: 600_000, retryUpwards: 60_000, ...options };
    this.#host = new URL(url).host;
    const { EventSource = globalThis.EventSource, transports } = this.#options;
    const usable = transports.filter((each) => each !== 'sse' || EventSource);
    // From the one that is remembered to the end, then the others: they may have become possible.
    const first = Math.max(0, usable.indexOf(recall(this.#host)!));
    this.#left = [...usable.slice(first), ...usable.slice(0, first)];
    this.#next();
  }

  get bufferedAmount(): number {
    return this.#carrier?.bufferedAmount ?? 0;
  }

  get protocol(): string {
    return this.#carrier?.protocol ?? '';
  }

  send(data: any): void {
    if (this.readyState === 1)
      this.#carrier!.send(data, sizeOf(data));
  }

  close(code?: number, reason?: string): void {
    checkClose(code, reason);
    if (this.readyState >= 2)
      return;
    const wasOpen = this.readyState;
    this.readyState = 2;
    this.#left = [];
    this.#settle();
    if (wasOpen) {
      this.#carrier!.close(code, reason);
    } else {
      this.#carrier?.close();
      queueMicrotask(() => this.#end(WRONG));
    }
  }

  #next(): void {
    const transport = this.#left.shift();
    clearTimeout(this.#timer);
    if (!transport) {
      this.#end(WRONG);
      return;
    }
    let carrier: Carrier | undefined;
    // What a transport says that was given up counts no longer.
    const mine = <A extends unknown[]>(then: (...args: A) => void) => (...args: A) => {
      if (this.#carrier === carrier)
        then(...args);
    };
    const giveUp = (close: CloseInfo) => {
      if (this.readyState !== 0 || !this.#left.length) {
        this.#end(close);
        return;
      }
      this.#carrier = undefined;
      this.#next();
    };
    const events: CarrierEvents = {
      open: mine(() => this.#opened(transport)),
      message: mine((data) => this.onmessage?.({ data })),
      close: mine(giveUp),
    };
    try {
      const { EventSource } = this.#options;
      carrier = transport === 'websocket' ? this.#webSocket(events)
        : transport === 'sse' ? new SseCarrier(this.#url, events, EventSource)
        : new PollCarrier(this.#url, events);
      this.#carrier = carrier;
    } catch {
      giveUp(WRONG);
      return;
    }
    if (this.#left.length) {
      this.#timer = setTimeout(() => {
        this.#carrier = undefined;
        carrier!.close();
        this.#next();
      }, this.#options.patience);
    }
  }

  #newSocket(): SocketLike {
    const { WebSocket = globalThis.WebSocket as SocketConstructor } = this.#options;
    const socket = new WebSocket(this.#url, this.#protocols);
    socket.onerror = () => {};
    return socket;
  }

  #webSocket(events: CarrierEvents, socket = this.#newSocket()): Carrier {
    socket.binaryType = this.binaryType;
    socket.onopen = () => events.open();
    socket.onmessage = ({ data }) => events.message(data);
    socket.onclose = ({ code, reason, wasClean }) => events.close({ code, reason, wasClean });
    return {
      get bufferedAmount() { return socket.bufferedAmount; },
      get protocol() { return socket.protocol; },
      send: (data) => socket.send(data),
      close: (code, reason) => socket.close(code, reason),
    };
  }

  #opened(transport: Transport): void {
    this.#left = [];
    this.readyState = 1;
    this.#settle();
    keep(this.#host, transport === this.#options.transports[0] ? undefined : transport, this.#options.remember);
    this.#options.onTransport?.(transport);
    if (transport !== 'websocket')
      this.#riseLater();
    this.onopen?.({});
  }

  #riseLater(): void {
    const { transports, retryUpwards } = this.#options;
    if (transports.includes('websocket') && retryUpwards)
      this.#timer = setTimeout(() => this.#rise(), retryUpwards);
  }

  /** Tries a WebSocket beside what there is, and lets the session go on over it. */
  #rise(): void {
    const below = this.#carrier as HttpCarrier;
    const socket = this.#rising = this.#newSocket();
    const id = newId();
    let asked = false;
    socket.binaryType = this.binaryType;
    const stay = () => {
      this.#settle();
      if (asked)
        below.go();
      this.#riseLater();
    };
    socket.onclose = stay;
    this.#timer = setTimeout(stay, this.#options.patience);
    socket.onopen = async () => {
      asked = true;
      await below.pause();
      if (this.#rising === socket)
        socket.send(JSON.stringify({ type: 'resume', id, token: below.token, ack: below.seq }));
    };
    socket.onmessage = ({ data }) => {
      const message = parse(data);
      if (!isMessage(message) || message.id !== id)
        return;
      if (message.type !== 'ack') {
        stay();
        return;
      }
      this.#rising = undefined;
      clearTimeout(this.#timer);
      const unsent = below.take();
      this.#carrier = this.#webSocket({
        open: () => {},
        message: (data) => this.onmessage?.({ data }),
        close: (close) => this.#end(close),
      }, socket);
      keep(this.#host, undefined, 0);
      this.#options.onTransport?.('websocket');
      for (const { data } of unsent)
        socket.send(data);
    };
  }

  /** Ends what was only tried. */
  #settle(): void {
    clearTimeout(this.#timer);
    const socket = this.#rising;
    this.#rising = undefined;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      if (socket.readyState < 2)
        socket.close();
    }
  }

  #end({ code, reason, wasClean }: CloseInfo): void {
    if (this.readyState === 3)
      return;
    this.readyState = 3;
    this.#carrier = undefined;
    this.#settle();
    this.onclose?.({ code, reason, wasClean });
  }
}

/**
 * For the option `WebSocket` of a client: where no WebSocket can be opened, server-sent events with POST, then long polling, as Hutong's
 * rooms serve them. Only messages of the envelope can be sent over those.
 */
export function fallback(options: FallbackOptions = {}): SocketConstructor {
  return class extends FallbackSocket {
    constructor(url: string, protocols?: string | string[]) {
      super(url, protocols, options);
    }
  };
}
