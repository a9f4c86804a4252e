import type { CloseInfo } from '../core/index.js';

/** What a carrier tells. */
export interface CarrierEvents {
  open(): void;
  message(data: unknown): void;
  close(close: CloseInfo): void;
}

/** One way to the server and back. */
export interface Carrier {
  readonly bufferedAmount: number;
  readonly protocol: string;
  send(data: any, size: number): void;
  close(code?: number, reason?: string): void;
}

const LOST: CloseInfo = { code: 1006, reason: '', wasClean: false };
// As many as the server takes at once.
const MOST = 100;
const MOST_BYTES = 256 << 10;
const LAST_WORDS = 3000;

/** Sends by POST what it is given, in order, and lets its subclass read; docs/topics/http-transports.md has the paths. */
export abstract class HttpCarrier implements Carrier {
  readonly protocol = '';
  bufferedAmount = 0;
  /** The number of the last message received. */
  seq = 0;
  /** What is to be shown to go on with the session. */
  token = '';
  /** Resolves when no request is under way that sends something. */
  idle: Promise<void> = Promise.resolve();
  protected readonly events: CarrierEvents;
  protected readonly ended = new AbortController();
  readonly #base: URL;
  #waiting: { data: string; size: number }[] = [];
  #held?: any[];
  #paused = false;
  #pumping = false;

  constructor(url: string, events: CarrierEvents) {
    this.events = events;
    this.#base = new URL(url);
    this.#base.protocol = this.#base.protocol.replace('ws', 'http');
  }

  send(data: any, size: number): void {
    // An envelope is an object.
    if (typeof data !== 'string' || !data.startsWith('{'))
      throw new TypeError('Only messages of the envelope travel over HTTP.');
    this.bufferedAmount += size;
    this.#waiting.push({ data, size });
    this.#pump();
  }

  close(code = 1005, reason = ''): void {
    if (this.ended.signal.aborted)
      return;
    this.go();
    const end = () => {
      clearTimeout(timer);
      if (this.ended.signal.aborted)
        return;
      this.lose({ code, reason, wasClean: true });
      if (this.token)
        void this.fetch('session', { method: 'DELETE', keepalive: true, signal: null }).catch(() => {});
    };
    // What was accepted goes out first, if that does not take too long.
    const timer = setTimeout(end, LAST_WORDS);
    void this.idle.then(end);
  }

  /** Stops sending; what comes is held back until `go` or `take`. */
  async pause(): Promise<void> {
    this.#paused = true;
    await this.idle;
    this.#held = [];
  }

  /** Goes on as before `pause`. */
  go(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#paused = false;
    for (const message of held)
      this.receive(message);
    this.#pump();
  }

  /** Ends it without a word, for its session lives on elsewhere. @returns what was not sent */
  take(): { data: string; size: number }[] {
    this.ended.abort();
    this.stop();
    return this.#waiting;
  }

  protected abstract stop(): void;

  protected address(path: string): string {
    const address = new URL(this.#base);
    address.pathname = address.pathname.replace(/\/?$/, `/${path}`);
    return address.href;
  }

  protected fetch(path: string, options: RequestInit = {}): Promise<Response> {
    const headers = { ...options.headers, ...this.token ? { 'Hutong-Session': this.token } : {} };
    return fetch(this.address(path), { credentials: 'include', cache: 'no-store', signal: this.ended.signal, ...options, headers });
  }

  protected lose(close: CloseInfo = LOST): void {
    if (this.ended.signal.aborted)
      return;
    this.ended.abort();
    this.stop();
    this.events.close(close);
  }

  /** A request was refused: in terms of close codes. */
  protected refused({ status, headers }: Response): void {
    const after = Number(headers.get('Retry-After'));
    const reason = after ? `after=${after * 1000}` : `HTTP ${status}`;
    this.lose({ code: { 401: 4401, 403: 4403 }[status] ?? 1006, reason, wasClean: false });
  }

  protected receive(message: any, seq?: number): void {
    if (this.ended.signal.aborted)
      return;
    if (this.#held) {
      this.#held.push(message);
      return;
    }
    const number: number = seq ?? message.seq;
    const { type, payload = {} } = message;
    if (type === 'welcome') {
      // A second one: the session before it is lost, and what was in it.
      if (this.token) {
        this.lose();
        return;
      }
      this.token = payload.token;
      this.events.open();
      return;
    }
    if (number <= this.seq)
      return;
    this.seq = number;
    if (type === 'close')
      this.lose({ code: payload.code, reason: payload.message ?? '', wasClean: true });
    else
      this.events.message(JSON.stringify({ ...message, seq: undefined }));
  }

  #pump(): void {
    if (this.#pumping)
      return;
    this.#pumping = true;
    this.idle = this.#postAll().catch(() => this.lose());
  }

  async #postAll(): Promise<void> {
    try {
      while (this.#waiting.length && !this.#paused && !this.ended.signal.aborted)
        await this.#post();
    } finally {
      this.#pumping = false;
    }
  }

  async #post(): Promise<void> {
    let bytes = 0;
    const rest = this.#waiting.findIndex(({ size }, i) => (bytes += size) > MOST_BYTES && i > 0);
    const batch = this.#waiting.splice(0, Math.min(MOST, rest < 0 ? MOST : rest));
    const response = await this.fetch('send', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: `[${batch.map(({ data }) => data).join()}]`,
    });
    for (const { size } of batch)
      this.bufferedAmount -= size;
    if (!response.ok)
      this.refused(response);
  }
}
