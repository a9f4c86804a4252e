import { HutongError } from './errors.js';
import { sizeOf, type RawData } from './envelope.js';
import type { PaceOptions } from './pace.js';

/**
 * `sent`: handed to the connection. `queued`: kept until there is one. `waiting`: the queue is full, and it waits for room (policy `wait`).
 * `dropped`: it will never be sent, and `error` says why.
 */
export type SendStatus = 'sent' | 'queued' | 'waiting' | 'dropped';

/** What became of a message; it changes while the message is under way. */
export interface Sending {
  readonly status: SendStatus;
  /** Why it was dropped. */
  readonly error?: HutongError;
  /** Resolves once it is sent or dropped. Never rejects. */
  readonly settled: Promise<Sending>;
}

export interface QueueOptions {
  /** Messages. Default 1000. */
  maxCount?: number;
  /** Bytes of payload. Default 4 MiB. */
  maxBytes?: number;
  /**
   * When the queue is full: `reject` the new message, drop the oldest or the newest one in the queue for it, or let it `wait` for room
   * (as many wait as may be queued; after that they are rejected). Default `reject`.
   */
  whenFull?: 'reject' | 'drop-oldest' | 'drop-newest' | 'wait';
  /** So many bytes may lie in the connection's own buffer before messages are held back here. Default 1 MiB. */
  highWater?: number;
  /** No more messages than that: what is too fast waits in the queue. Default as fast as the connection takes them. */
  pace?: PaceOptions;
}

type Limits = Required<Omit<QueueOptions, 'pace'>>;

export class Outgoing implements Sending {
  status: SendStatus = 'queued';
  error?: HutongError;
  readonly data: RawData;
  readonly size: number;
  #settled?: Promise<Sending>;
  #resolve?: (sending: Sending) => void;
  /** Called when it is dropped. */
  onDropped?: (error: HutongError) => void;

  constructor(data: RawData) {
    this.data = data;
    this.size = sizeOf(data);
  }

  get settled(): Promise<Sending> {
    return this.#settled ??= new Promise((resolve) => {
      if (this.status === 'sent' || this.status === 'dropped')
        resolve(this);
      else
        this.#resolve = resolve;
    });
  }

  sent(): void {
    this.status = 'sent';
    this.#resolve?.(this);
  }

  drop(error: HutongError): this {
    this.status = 'dropped';
    this.error = error;
    this.#resolve?.(this);
    this.onDropped?.(error);
    return this;
  }
}

/** Messages in order, bounded. Those that wait for room are its tail, beyond the bound. */
export class SendQueue {
  readonly #options: Limits;
  #items: Outgoing[] = [];
  #admitted = 0;
  bytes = 0;

  constructor(options: Limits) {
    this.#options = options;
  }

  get length(): number {
    return this.#items.length;
  }

  push(item: Outgoing): void {
    const { maxCount, maxBytes, whenFull } = this.#options;
    const full = () => new HutongError('queue_full');
    if (item.size > maxBytes || maxCount < 1) {
      item.drop(full());
      return;
    }
    if (whenFull.startsWith('drop')) {
      while (!this.#fits(item))
        this.remove(this.#items[whenFull === 'drop-oldest' ? 0 : this.length - 1]!)!.drop(full());
    } else if (this.length > this.#admitted || !this.#fits(item)) {
      if (whenFull === 'reject' || this.length - this.#admitted >= maxCount) {
        item.drop(full());
        return;
      }
      item.status = 'waiting';
    }
    this.#items.push(item);
    this.#admit();
  }

  /** Puts back what must go first. It was accepted before, so no bound turns it away. */
  unshift(items: Outgoing[]): void {
    this.#items.unshift(...items);
    this.#admitted += items.length;
    for (const item of items) {
      item.status = 'queued';
      this.bytes += item.size;
    }
  }

  shift(): Outgoing | undefined {
    return this.remove(this.#items[0]);
  }

  remove(item: Outgoing | undefined): Outgoing | undefined {
    const index = item ? this.#items.indexOf(item) : -1;
    if (index < 0)
      return;
    this.#items.splice(index, 1);
    if (index < this.#admitted) {
      this.#admitted--;
      this.bytes -= item!.size;
      this.#admit();
    }
    return item;
  }

  clear(error: HutongError): void {
    const items = this.#items;
    this.#items = [];
    this.#admitted = this.bytes = 0;
    for (const item of items)
      item.drop(error);
  }

  #fits({ size }: Outgoing): boolean {
    return !this.#admitted || (this.#admitted < this.#options.maxCount && this.bytes + size <= this.#options.maxBytes);
  }

  #admit(): void {
    for (let item; (item = this.#items[this.#admitted]) && this.#fits(item); this.#admitted++) {
      item.status = 'queued';
      this.bytes += item.size;
    }
  }
}
