import { checkClose, newId, sizeOf } from '../core/envelope.js';
import type { SocketConstructor, SocketLike } from '../core/index.js';
import { Hub, type FromHub, type ToHub } from './hub.js';

export interface SharedTabOptions {
  /** Tabs with the same key share a connection. Default the address; needed where a token in it differs from tab to tab. */
  key?: string;
  /** Where the connection lives: in a SharedWorker, or in one of the tabs, to which a BroadcastChannel leads. Default what there is. */
  via?: 'worker' | 'channel';
}

/** How a tab reaches the hub. */
interface Way {
  post(message: ToHub): void;
  /** The hub has changed: what it held is gone. */
  lost?: () => void;
}

const CHANNEL = 'hutong-client';

const sockets = new Map<string, TabSocket>();
const ways = new Map<string, Way>();
let lock: Promise<string> | undefined;

/** Holds a lock as long as this tab lives, so that the hub learns of its end: it gets the lock then, and must not get it before. */
function liveness(): Promise<string> {
  return lock ??= new Promise((resolve) => {
    const name = `${CHANNEL}:${newId()}:${Date.now()}`;
    void navigator.locks.request(name, () => {
      resolve(name);
      return new Promise(() => {});
    });
  });
}

function deliver({ id, here, ...message }: FromHub): void {
  if (here) {
    for (const socket of [...sockets.values()])
      socket.hubChanged();
  } else {
    sockets.get(id!)?.receive(message);
  }
}

function byWorker(): Way {
  const worker = new SharedWorker(new URL('./shared-tab-worker.js', import.meta.url), { type: 'module', name: CHANNEL });
  worker.port.onmessage = ({ data }) => deliver(data);
  worker.onerror = () => {
    // The script cannot be loaded: from now on one of the tabs does it.
    ways.set('worker', byChannel());
    deliver({ here: true });
  };
  return { post: (message) => worker.port.postMessage(message) };
}

function byChannel(): Way {
  const known = ways.get('channel');
  if (known)
    return known;
  const channel = new BroadcastChannel(CHANNEL);
  const way: Way = { post: (message) => channel.postMessage(message) };
  ways.set('channel', way);
  channel.onmessage = ({ data }: MessageEvent<FromHub & { toTab?: true }>) => {
    if (data.toTab)
      deliver(data);
  };
  // Whoever has the lock is the hub; when its tab goes another one gets it.
  void navigator.locks.request(`${CHANNEL}:hub`, () => {
    const hub = new Hub();
    const inner = new BroadcastChannel(CHANNEL);
    const post = (message: FromHub) => inner.postMessage({ ...message, toTab: true });
    inner.onmessage = ({ data }: MessageEvent<ToHub & { toTab?: true }>) => {
      if (!data.toTab)
        hub.receive(data, post);
    };
    post({ here: true });
    return new Promise(() => {});
  });
  return way;
}

function wayBy(via: 'worker' | 'channel'): Way {
  let way = ways.get(via);
  if (!way)
    ways.set(via, way = via === 'worker' ? byWorker() : byChannel());
  return way;
}

/** A socket whose connection other tabs use too. */
class TabSocket implements SocketLike {
  binaryType = 'arraybuffer';
  bufferedAmount = 0;
  protocol = '';
  readyState = 0;
  onopen: ((event: any) => void) | null = null;
  onmessage: ((event: any) => void) | null = null;
  onerror: ((event: any) => void) | null = null;
  onclose: ((event: any) => void) | null = null;
  readonly #id = newId();
  readonly #via: 'worker' | 'channel';
  readonly #open: ToHub['open'];

  constructor(via: 'worker' | 'channel', open: ToHub['open']) {
    this.#via = via;
    this.#open = open;
    sockets.set(this.#id, this);
    this.#begin();
  }

  send(data: any): void {
    if (this.readyState !== 1)
      return;
    const size = sizeOf(data);
    this.bufferedAmount += size;
    this.#post({ data, size });
  }

  close(code?: number, reason?: string): void {
    checkClose(code, reason);
    if (this.readyState >= 2)
      return;
    const wasOpen = this.readyState;
    this.readyState = 2;
    this.#post({ close: [code, reason] });
    // Where there is no hub yet, nobody would answer.
    if (!wasOpen)
      queueMicrotask(() => this.receive({ closed: { code: 1006, reason: '', wasClean: false } }));
  }

  receive({ opened, data, took, closed }: FromHub): void {
    if (opened !== undefined && this.readyState === 0) {
      this.protocol = opened;
      this.readyState = 1;
      this.onopen?.({});
    }
    if (took)
      this.bufferedAmount -= took;
    if (data !== undefined && this.readyState === 1)
      this.onmessage?.({ data: this.binaryType === 'blob' && data instanceof ArrayBuffer ? new Blob([data]) : data });
    if (closed && this.readyState < 3) {
      this.readyState = 3;
      sockets.delete(this.#id);
      this.onclose?.(closed);
    }
  }

  hubChanged(): void {
    if (this.readyState === 0)
      this.#begin();
    else
      this.receive({ closed: { code: 1006, reason: '', wasClean: false } });
  }

  #begin(): void {
    void liveness().then((lock) => {
      if (this.readyState === 0)
        this.#post({ open: this.#open, lock });
    });
  }

  #post(message: Omit<ToHub, 'id'>): void {
    wayBy(this.#via).post({ id: this.#id, ...message });
  }
}

/**
 * For the option `WebSocket` of a client: one connection for all tabs of an origin. Where browsers lack what that needs it is the browser's
 * own WebSocket. All tabs are one session: one user, whose rooms are left when the last tab leaves them.
 */
export function sharedTab({ key, via }: SharedTabOptions = {}): SocketConstructor {
  const canLock = !!globalThis.navigator?.locks;
  const how = canLock && (via ?? ('SharedWorker' in globalThis ? 'worker' : 'BroadcastChannel' in globalThis && 'channel'));
  if (!how)
    return globalThis.WebSocket as SocketConstructor;
  return class extends TabSocket {
    constructor(url: string, protocols?: string | string[]) {
      super(how as 'worker' | 'channel', { key: key ?? url, url, protocols });
    }
  };
}
