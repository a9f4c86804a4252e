import { Emitter, type ListenOptions } from './emitter.js';
import { isMessage, newId, toBase64, type Message, type RawData } from './envelope.js';
import { HutongError } from './errors.js';
import { Link } from './link.js';
import { withDefaults, type ClientOptions, type Settings } from './options.js';
import { Pace } from './pace.js';
import { Outgoing, SendQueue, type Sending } from './queue.js';
import { Requests, serverError } from './requests.js';
import { pieces, type StreamSource } from './stream.js';
import { later, type Timer } from './timer.js';
import type { ClientEvents, ClientState, RequestOptions, SendOptions, StreamOptions } from './types.js';

/** Milliseconds between looks at a connection whose buffer is full: browsers do not tell when it no longer is. */
const LOOK = 25;

/** Types of messages, and what is none. */
type Types<Messages> = Messages & { raw: string | ArrayBuffer | Blob };
type TypeOf<Messages> = string & keyof Types<Messages>;
type Listener<P> = (payload: P, message: Message<P>) => void;

/** One connection that is kept up: it reconnects, keeps what is sent meanwhile, and says what became of it. */
export class WebSocketClient<Messages extends object = Record<string, any>> {
  /** The address, without a token. */
  readonly url: string;
  readonly #settings: Settings;
  readonly #messages: Emitter;
  readonly #events: Emitter;
  readonly #queue: SendQueue;
  readonly #pace?: Pace;
  readonly #requests = new Requests();
  readonly #link: Link;
  #flowing = false;
  #held = false;
  #look: Timer;
  readonly #aborted = () => void this.close();

  /**
   * @param url `ws:`, `wss:`, `http:` or `https:`; relative to the page in a browser
   * @throws TypeError or SyntaxError if it is no such address, RangeError if an option is out of range
   */
  constructor(url: string | URL, options: ClientOptions = {}) {
    this.url = addressOf(url);
    this.#settings = withDefaults(options);
    const failed = (cause: unknown) => this.failed(cause);
    this.#messages = new Emitter(failed);
    this.#events = new Emitter(failed);
    const { queue } = this.#settings;
    this.#queue = new SendQueue(queue);
    this.#pace = queue.pace && new Pace(queue.pace);
    this.#link = new Link(this.url, this.#settings, {
      failed,
      emit: (name, event) => this.#events.emit(name, event),
      receive: (json, data) => this.#receive(json, data),
      flow: () => {
        this.#flowing = true;
        this.#flush();
      },
      halt: () => {
        this.#flowing = false;
        clearTimeout(this.#look);
        this.#queue.unshift(this.#requests.lost());
      },
    });
    options.signal?.addEventListener('abort', this.#aborted);
    if (options.signal?.aborted)
      void this.close();
    else if (this.#settings.connect)
      this.connect();
  }

  get state(): ClientState {
    return this.#link.state;
  }

  /** That of the connection underneath, as the W3C numbers it: 0 connecting, 1 open (or authenticating), 2 closing, 3 none. */
  get readyState(): number {
    return this.#link.socket?.readyState ?? (this.state === 'connecting' ? 0 : 3);
  }

  /** The subprotocol that the server chose. */
  get protocol(): string {
    return this.#link.socket?.protocol ?? '';
  }

  /** When the next attempt begins, in milliseconds since 1970. */
  get retryAt(): number | undefined {
    return this.#link.retryAt;
  }

  /** Attempts since the last connection that held. */
  get attempt(): number {
    return this.#link.attempt;
  }

  /** Whether `close` was called. */
  get ended(): boolean {
    return !!this.#link.ended;
  }

  /** What last went wrong. */
  get error(): HutongError | undefined {
    return this.#link.error;
  }

  /** Bytes accepted and not yet on the wire: the queue's and the connection's. */
  get bufferedAmount(): number {
    return this.#queue.bytes + (this.#link.socket?.bufferedAmount ?? 0);
  }

  /** Milliseconds between the last probe and its answer. */
  get roundTripTime(): number | undefined {
    return this.#link.roundTripTime;
  }

  /** Begins, from state `idle`; anywhere else it does nothing. */
  connect(): void {
    if (this.state === 'idle')
      this.#link.start();
  }

  /**
   * Tries now: afresh after `failed` or an end by the server's wish, ahead of time while it waits or is offline.
   * @throws HutongError `client_closed` after `close`
   */
  reconnect(): void {
    this.#link.start();
  }

  /**
   * Ends it for good: what is queued is dropped, requests are rejected, both with `client_closed`. Resolves when the connection has ended.
   * @throws RangeError if the code is neither 1000 nor 3000 to 4999, SyntaxError if the reason is longer than 123 bytes
   */
  close(code = 1000, reason = ''): Promise<void> {
    if (code !== 1000 && !(code >= 3000 && code <= 4999))
      throw new RangeError('code');
    if (this.#link.ended)
      return this.#link.ended;
    const ended = this.#link.close(code, reason);
    this.#settings.signal?.removeEventListener('abort', this.#aborted);
    const error = new HutongError('client_closed');
    this.#requests.clear(error);
    this.#queue.clear(error);
    this.#link.enter('closed');
    return ended;
  }

  /**
   * Listens to messages of a type; `raw` is what is no envelope, text or bytes. The listener gets the payload and the whole message.
   * @returns what removes the listener
   */
  on<T extends TypeOf<Messages>>(type: T, listener: Listener<Types<Messages>[T]>, options?: ListenOptions): () => void {
    return this.#messages.on(type, listener, options);
  }

  /** As `on`, for the next message only. */
  once<T extends TypeOf<Messages>>(type: T, listener: Listener<Types<Messages>[T]>, options?: ListenOptions): () => void {
    return this.#messages.on(type, listener, { ...options, once: true });
  }

  /** Removes a listener to messages, or all of a type. */
  off<T extends TypeOf<Messages>>(type: T, listener?: Listener<Types<Messages>[T]>): void {
    this.#messages.off(type, listener);
  }

  /** Listens to what the client itself tells. @returns what removes the listener */
  addEventListener<E extends keyof ClientEvents>(name: E, listener: (event: ClientEvents[E]) => void, options?: ListenOptions): () => void {
    return this.#events.on(name, listener, options);
  }

  removeEventListener<E extends keyof ClientEvents>(name: E, listener: (event: ClientEvents[E]) => void): void {
    this.#events.off(name, listener);
  }

  /**
   * Sends a message of the envelope, in order, now or when there is a connection. Bytes travel as `data`.
   * @throws TypeError if the payload is not JSON
   */
  send<T extends string & keyof Messages>(type: T, payload?: Messages[T], options?: SendOptions): Sending {
    return this.#submit(new Outgoing(encode(type, payload, options)), options?.urgent);
  }

  /** Sends text or bytes as they are. */
  sendRaw(data: RawData, options?: { urgent?: boolean }): Sending {
    return this.#submit(new Outgoing(data), options?.urgent);
  }

  /** Sends a message and resolves with the payload of its `ack`. Rejects with a ServerError or a HutongError. */
  async request<R = any>(type: string, payload?: unknown, options?: RequestOptions): Promise<R> {
    return (await this.call(type, payload, options)).payload as R;
  }

  /** As `request`, and resolves with the whole `ack`. */
  async call(type: string, payload?: unknown, options: RequestOptions = {}): Promise<Message> {
    const { id = newId(), timeout = this.#settings.requestTimeout, signal, urgent, retry = !urgent } = options;
    const item = new Outgoing(encode(type, payload, { ...options, id }));
    if (this.#requests.size >= this.#settings.maxRequests)
      throw new HutongError('queue_full');
    const answer = this.#requests.add(id, item, retry, timeout, options, () => this.#queue.remove(item));
    if (!signal?.aborted)
      this.#submit(item, urgent);
    return answer;
  }

  /**
   * Sends a file or a stream as binary messages, no faster than the connection takes them. Resolves with the number of bytes. Rejects with
   * `not_open` without an open connection, `connection_lost` if it ends meanwhile, `aborted`, or what the source throws.
   */
  async sendStream(source: StreamSource, { chunkSize = 65_536, signal, progress }: StreamOptions = {}): Promise<number> {
    const { socket } = this.#link;
    const total = source instanceof Blob ? source.size : undefined;
    let sent = 0;
    const check = () => {
      if (signal?.aborted)
        throw new HutongError('aborted');
      if (!this.#flowing || this.#link.socket !== socket || socket?.readyState !== 1)
        throw new HutongError(sent ? 'connection_lost' : 'not_open');
    };
    check();
    for await (const piece of pieces(source, chunkSize)) {
      check();
      while (this.#queue.length || socket!.bufferedAmount >= this.#settings.queue.highWater) {
        await new Promise((resolve) => setTimeout(resolve, LOOK));
        check();
      }
      socket!.send(piece);
      sent += piece.length;
      progress?.(sent, total);
    }
    return sent;
  }

  /** @internal A function of the user's threw. */
  failed(cause: unknown): void {
    // One that listens to errors and throws is not told of it again.
    if (this.error?.code === 'listener_failed' && this.error.cause === cause)
      return;
    const error = new HutongError('listener_failed', undefined, cause);
    if (!this.#link.report(error))
      console.error(error);
  }

  #submit(item: Outgoing, urgent?: boolean): Outgoing {
    if (this.#link.ended)
      return item.drop(new HutongError('client_closed'));
    if (!urgent) {
      this.#queue.push(item);
      this.#flush();
    } else if (this.state === 'open') {
      this.#hand(item);
    } else {
      item.drop(new HutongError('not_open'));
    }
    return item;
  }

  #hand(item: Outgoing): void {
    try {
      if (this.#link.transmit(item.data))
        item.sent();
      else
        item.drop(new HutongError('not_open'));
    } catch (cause) {
      // Not every transport takes everything.
      item.drop(new HutongError('not_sendable', undefined, cause));
    }
  }

  #flush(): void {
    clearTimeout(this.#look);
    const { socket } = this.#link;
    while (this.#flowing && this.#queue.length && socket!.readyState === 1) {
      const wait = socket!.bufferedAmount >= this.#settings.queue.highWater ? LOOK : this.#pace?.take();
      if (wait) {
        this.#look = later(wait, () => this.#flush());
        break;
      }
      this.#hand(this.#queue.shift()!);
    }
    const held = this.#held;
    this.#held = this.#queue.length > 0;
    if (held && !this.#held)
      this.#events.emit('drained', undefined);
  }

  #receive(json: any, data: unknown): void {
    const message = isMessage(json) ? json : undefined;
    if (message?.id && /^(ack|error)$/.test(message.type) && this.#requests.answer(message))
      return;
    const event: ClientEvents['message'] = { message, data };
    this.#events.emit('message', event);
    if (event.handled)
      return;
    if (!message) {
      this.#messages.emit('raw', data, { type: 'raw', payload: data });
      return;
    }
    const own = this.#link.control(message) || (message.type === 'error' && this.#link.report(serverError(message)));
    if (!this.#messages.emit(message.type, message.payload, message) && !own)
      this.#events.emit('unknown', message);
  }
}

/** The address of a WebSocket; pages and programs may write it as that of a page. */
export function addressOf(url: string | URL): string {
  const address = new URL(url, globalThis.location?.href);
  address.protocol = address.protocol.replace('http', 'ws');
  if (!/^wss?:$/.test(address.protocol) || address.hash)
    throw new SyntaxError('url');
  return address.href;
}

function encode(type: string, payload: unknown, { id, room, fields }: SendOptions = {}): string {
  const bytes = payload instanceof ArrayBuffer ? new Uint8Array(payload)
    : ArrayBuffer.isView(payload) ? new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength)
    : undefined;
  return JSON.stringify({ type, ...bytes ? { data: toBase64(bytes) } : { payload }, id, timestamp: Date.now(), room, ...fields });
}
