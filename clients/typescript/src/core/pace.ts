export interface PaceOptions {
  /** So many messages at once. */
  burst: number;
  /** So many a second in the long run. */
  perSecond: number;
}

/** Keeps to the rate that a server takes, so that it need not refuse anything. */
export class Pace {
  readonly #options: PaceOptions;
  #tokens: number;
  #at = Date.now();

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#tokens = options.burst;
  }

  /** Counts a message, if it may go now. @returns milliseconds to wait; 0 if it may go */
  take(): number {
    const { burst, perSecond } = this.#options;
    const now = Date.now();
    // A clock that was set back gives nothing.
    this.#tokens = Math.min(burst, this.#tokens + Math.max(0, now - this.#at) / 1000 * perSecond);
    this.#at = now;
    if (this.#tokens < 1)
      return Math.ceil((1 - this.#tokens) / perSecond * 1000);
    this.#tokens--;
    return 0;
  }
}
