import type { RawData } from './envelope.js';

export interface HeartbeatOptions {
  /** A probe goes out when nothing came for so many milliseconds. Default 25000. */
  interval?: number;
  /** Nothing, not even other traffic, for so many milliseconds after a probe: the connection is dead. Default 20000. */
  timeout?: number;
  /** The probe: text or bytes as they are, an object as JSON, or a function that makes either. Default `{ type: 'ping' }`. */
  message?: RawData | object | (() => RawData | object);
  /** Tells an answer, which is kept from the listeners. Default: `pong`, `{"type":"pong"}` and `{"resp_type":1}`. */
  isAnswer?: (data: unknown, json: any) => boolean;
}

/** A page that comes back cannot wait for the whole timeout to know whether its connection still lives. */
const QUICK = 5000;

export const isPong = (data: unknown, json: any): boolean => data === 'pong' || json?.type === 'pong' || json?.resp_type === 1;

/** Watches one connection after the other, with the one timer that it is lent. */
export class Heartbeat {
  readonly #options: Required<HeartbeatOptions>;
  readonly #arm: (delay: number, then: () => void) => void;
  readonly #send: (data: RawData) => void;
  readonly #dead: () => void;
  #running = false;
  #heard = 0;
  #probed = 0;
  #asked = 0;
  #due = 0;
  /** Milliseconds between the last probe and its answer. */
  roundTripTime?: number;

  constructor(
    options: Required<HeartbeatOptions>,
    arm: (delay: number, then: () => void) => void,
    send: (data: RawData) => void,
    dead: () => void,
  ) {
    this.#options = options;
    this.#arm = arm;
    this.#send = send;
    this.#dead = dead;
  }

  start(): void {
    this.#running = true;
    this.#asked = this.#probed = 0;
    this.#heard = Date.now();
    this.#wait(this.#options.interval);
  }

  stop(): void {
    this.#running = false;
  }

  /** Something came. @returns whether it is an answer to a probe */
  hear(data: unknown, json: any): boolean {
    const now = this.#heard = Date.now();
    if (this.#running && this.#probed) {
      this.#probed = 0;
      this.#wait(this.#options.interval);
    }
    if (!this.#options.isAnswer(data, json))
      return false;
    if (this.#asked)
      this.roundTripTime = now - this.#asked;
    this.#asked = 0;
    return true;
  }

  /** Asks at once, with little patience. */
  probe(): void {
    if (this.#running && (this.#probed ? this.#due > Date.now() + QUICK : this.#options.interval))
      this.#ask(QUICK);
  }

  #ask(patience: number): void {
    const { message, timeout } = this.#options;
    this.#probed = this.#asked = Date.now();
    this.#wait(Math.min(patience, timeout));
    const probe = typeof message === 'function' ? (message as () => RawData | object)() : message;
    this.#send(typeof probe === 'string' || ArrayBuffer.isView(probe) || probe instanceof ArrayBuffer || probe instanceof Blob
      ? probe as RawData
      : JSON.stringify(probe));
  }

  #wait(delay: number): void {
    this.#due = Date.now() + delay;
    this.#arm(delay, () => this.#tick());
  }

  #tick(): void {
    const now = Date.now();
    const idle = this.#heard + this.#options.interval - now;
    // A timer that comes so late slept with the machine: what it waited for may lie unread.
    const slept = now - this.#due > QUICK;
    if (!this.#probed && idle > 0)
      this.#wait(idle);
    else if (this.#probed && !slept)
      this.#dead();
    else
      this.#ask(slept ? QUICK : Infinity);
  }
}
