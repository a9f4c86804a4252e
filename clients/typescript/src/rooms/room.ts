import { fromBase64, HutongError, type Message, type RequestOptions, type ListenOptions, type WebSocketClient } from '../core/index.js';
import { Emitter } from '../core/emitter.js';

/** A place in a room's stream. Offsets of different epochs cannot be compared. */
export interface StreamPosition {
  epoch: string;
  offset: number;
}

export interface JoinOptions {
  /** Where one stopped before, as `room.position` said: what was missed since then comes first, or a `gap`. */
  since?: StreamPosition;
  /** What the others see of this member. */
  info?: unknown;
}

/** `joining` lasts until the server answers, and begins again with each connection; `refused` is the server's last word. */
export type RoomState = 'joining' | 'joined' | 'refused' | 'left';

export interface RoomEvents {
  /** After the first join and after each rejoin. */
  joined: { position?: StreamPosition; recovered?: boolean };
  /** Publications were missed, and cannot be had. What comes next follows `to`. */
  gap: { from?: StreamPosition; to?: StreamPosition };
  error: HutongError;
  left: undefined;
}

export interface Member {
  userId?: string;
  session: string;
  info?: any;
}

export interface HistoryPage {
  /** Whether nothing of what was asked for is gone. */
  complete: boolean;
  publications: Message[];
  /** Where the room stands. */
  position?: StreamPosition;
}

export interface PublishOptions extends Omit<RequestOptions, 'room' | 'fields' | 'urgent'> {
  /** Of one key a slow reader of a `latest` room needs the newest only. */
  key?: string;
}

/** Errors after which asking again may help. */
const PASSING = ['rate_limited', 'overloaded', 'internal', 'timeout', 'queue_full'];
const LONGEST_WAIT = 20_000;

/**
 * A room that is kept joined. Its listeners see every publication in order and once, or one `gap` event in place of what they do not see.
 */
export class Room {
  readonly name: string;
  readonly #client: WebSocketClient;
  readonly #publications: Emitter;
  readonly #events: Emitter;
  readonly #info: unknown;
  readonly #removed: () => void;
  #state: RoomState = 'joining';
  #position?: StreamPosition;
  // The first answer decides whether there was anything before it that could have been missed.
  #wasJoined = false;
  #lossy = false;
  #asked = 0;
  #asking = false;
  #failures = 0;
  #timer?: ReturnType<typeof setTimeout>;
  #error?: HutongError;

  /** @internal */
  constructor(client: WebSocketClient, name: string, { since, info }: JoinOptions, removed: () => void, failed: (cause: unknown) => void) {
    this.#client = client;
    this.name = name;
    this.#position = since;
    this.#info = info;
    this.#removed = removed;
    this.#publications = new Emitter(failed);
    this.#events = new Emitter(failed);
    this.#join();
  }

  get state(): RoomState {
    return this.#state;
  }

  /** The last publication that the listeners have seen, or know to have missed; undefined in a room without history. */
  get position(): StreamPosition | undefined {
    return this.#position;
  }

  /** Why the last attempt to join failed. */
  get error(): HutongError | undefined {
    return this.#error;
  }

  /** Listens to publications of a type, or to `user_join` and `user_leave`; `*` is all of them. Bytes come as a Uint8Array. @returns what removes the listener */
  on<T = any>(type: string, listener: (payload: T, publication: Message<T>) => void, options?: ListenOptions): () => void {
    return this.#publications.on(type, listener, options);
  }

  /** As `on`, for the next one only. */
  once<T = any>(type: string, listener: (payload: T, publication: Message<T>) => void, options?: ListenOptions): () => void {
    return this.#publications.on(type, listener, { ...options, once: true });
  }

  off(type: string, listener?: (payload: any, publication: Message) => void): void {
    this.#publications.off(type, listener);
  }

  /** Listens to what becomes of the room itself. @returns what removes the listener */
  addEventListener<E extends keyof RoomEvents>(name: E, listener: (event: RoomEvents[E]) => void, options?: ListenOptions): () => void {
    return this.#events.on(name, listener, options);
  }

  removeEventListener<E extends keyof RoomEvents>(name: E, listener: (event: RoomEvents[E]) => void): void {
    this.#events.off(name, listener);
  }

  /**
   * Publishes, once, however often it must be sent. Resolves with its position, undefined in a room without history, when the server has
   * taken it. Rejects as a request does.
   */
  async publish(type: string, payload?: unknown, { key, ...options }: PublishOptions = {}): Promise<StreamPosition | undefined> {
    return positionOf(await this.#client.call(type, payload, { ...options, room: this.name, fields: { key } }));
  }

  /** Who is here: how many sessions and users, and as many members as the server names. */
  presence(options?: RequestOptions): Promise<{ sessions: number; users: number; members: Member[] }> {
    return this.#client.request('presence', undefined, { ...options, room: this.name });
  }

  /** What was published after a position, or what there is. */
  async history(since?: StreamPosition, options?: RequestOptions): Promise<HistoryPage> {
    const ack = await this.#client.call('history', undefined, { ...options, room: this.name, fields: { since } });
    return { ...ack.payload, position: positionOf(ack) };
  }

  /** Leaves, for all who use this room. Never rejects: where there is no connection there is nothing to leave. */
  async leave(): Promise<void> {
    if (this.#state === 'left')
      return;
    const joined = this.#state !== 'refused';
    this.forget();
    if (joined)
      await this.#client.call('leave', undefined, { room: this.name, urgent: true }).catch(() => {});
  }

  /** @internal */
  forget(): void {
    this.lost();
    this.#state = 'left';
    this.#removed();
    this.#events.emit('left', undefined);
  }

  /** @internal There is another connection: it is in no room. */
  rejoin(): void {
    if (this.#state === 'refused' || this.#state === 'left')
      return;
    this.lost();
    this.#join();
  }

  /** @internal The connection is gone, and with it what was asked. */
  lost(): void {
    clearTimeout(this.#timer);
    this.#asking = false;
    if (this.#state === 'joined')
      this.#state = 'joining';
  }

  /** @internal Something came for this room. */
  receive(message: Message): void {
    const at = positionOf(message);
    const here = this.#position;
    const isPosition = message.type === 'position';
    if (!at || this.#lossy) {
      if (at && (here?.epoch !== at.epoch || here.offset < at.offset))
        this.#position = at;
      if (!isPosition)
        this.#deliver(message);
      return;
    }
    // What comes between the question and the answer is part of the answer.
    if (this.#asking || (here?.epoch === at.epoch && at.offset <= here.offset))
      return;
    const isNext = here ? here.epoch === at.epoch && here.offset + 1 === at.offset : at.offset === 1;
    if (!isNext || (isPosition && !message.payload?.skipped)) {
      this.#join();
      return;
    }
    this.#position = at;
    if (!isPosition)
      this.#deliver(message);
  }

  #deliver(message: Message): void {
    const { type, payload = typeof message.data === 'string' ? fromBase64(message.data) : undefined } = message;
    this.#publications.emit(type, payload, message);
    this.#publications.emit('*', payload, message);
  }

  /** Asks to be let in, and for what was missed since the last position. */
  #join(): void {
    clearTimeout(this.#timer);
    if (this.#asking || this.#client.state !== 'open')
      return;
    this.#asking = true;
    const turn = ++this.#asked;
    const since = this.#position;
    const isCurrent = () => turn === this.#asked && this.#asking;
    this.#client.call('join', undefined, {
      room: this.name,
      urgent: true,
      fields: { since, info: this.#info },
      onAnswer: (ack) => isCurrent() && this.#answered(since, ack),
    }).catch((error: HutongError) => isCurrent() && this.#refused(error));
  }

  #answered(since: StreamPosition | undefined, ack: Message): void {
    const { delivery, recovered, missed = [] } = ack.payload ?? {};
    const position = positionOf(ack);
    const before = this.#wasJoined;
    const entering = this.#state !== 'joined';
    this.#asking = false;
    this.#failures = 0;
    this.#lossy = !!delivery && delivery !== 'all';
    this.#wasJoined = true;
    this.#state = 'joined';
    this.#error = undefined;
    // What is missed is either all there or not at all.
    this.#position = recovered ? since : position;
    if (entering)
      this.#events.emit('joined', { position, recovered });
    if (!recovered && (since || before))
      this.#events.emit('gap', { from: since, to: position });
    for (const publication of recovered ? missed as Message[] : []) {
      const at = positionOf(publication);
      if (!at || at.offset <= this.#position!.offset)
        continue;
      this.#position = at;
      this.#deliver(publication);
    }
    if (recovered)
      this.#position = position;
  }

  #refused(error: HutongError): void {
    // With the connection the question is gone too; the next connection brings another one.
    if (/^(connection_lost|not_open|client_closed)$/.test(error.code))
      return;
    this.#asking = false;
    this.#error = error;
    if (PASSING.includes(error.code)) {
      const wait = Math.min(LONGEST_WAIT, 500 * 2 ** this.#failures++);
      this.#timer = setTimeout(() => this.#join(), wait / 2 + Math.random() * wait / 2);
    } else if (!/^auth_/.test(error.code)) {
      // Who was not known may be on the next connection; everything else is the server's last word.
      this.#state = 'refused';
    }
    this.#events.emit('error', error);
  }
}

function positionOf({ epoch, offset }: Message): StreamPosition | undefined {
  return epoch === undefined || offset === undefined ? undefined : { epoch, offset };
}
