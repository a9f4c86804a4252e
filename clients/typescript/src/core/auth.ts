import { later, LONGEST, type Timer } from './timer.js';

export interface TokenContext {
  /** The last token was refused or will expire: a stored one does not help. */
  fresh: boolean;
}

export interface AuthOptions {
  /** The token, or what fetches one; it is asked for each connection. */
  token: string | ((context: TokenContext) => string | Promise<string>);
  /** The first message, or a parameter of the address. Default `message`. */
  via?: 'message' | 'url';
  /** Name of the parameter. Default `token`. */
  parameter?: string;
  /** Makes the first message. Default `{ type: 'auth', token }`. */
  message?: (token: string) => object;
  /** Tries once more with a fresh token when one was refused. Default true if `token` is a function. */
  retry?: boolean;
  /** A fresh token is sent so many milliseconds before the old one expires, or half its life if that is sooner. Default 60000. */
  refreshBefore?: number;
}

// However short-lived tokens are.
const SOONEST_REFRESH = 1000;

/** Fetches tokens, and fetches the next one before the last one expires. */
export class Auth {
  readonly #options: AuthOptions;
  #timer: Timer;
  /** A refused token was already followed by a fresh one. */
  retried = false;

  constructor(options: AuthOptions) {
    this.#options = options;
  }

  get first(): boolean {
    return this.#options.via !== 'url';
  }

  get mayRetry(): boolean {
    return !this.retried && (this.#options.retry ?? typeof this.#options.token === 'function');
  }

  async token(fresh: boolean): Promise<string> {
    const { token } = this.#options;
    return typeof token === 'function' ? token({ fresh }) : token;
  }

  message(token: string): string {
    return JSON.stringify(this.#options.message?.(token) ?? { type: 'auth', token });
  }

  address(url: string, token: string): string {
    const address = new URL(url);
    address.searchParams.set(this.#options.parameter ?? 'token', token);
    return address.href;
  }

  /** Calls back in time before the token expires. @param expiresAt milliseconds since 1970, or a date's text */
  schedule(expiresAt: unknown, refresh: () => void): void {
    this.stop();
    const life = Number(new Date(expiresAt as string)) - Date.now();
    if (life > 0)
      this.later(Math.max(life - (this.#options.refreshBefore ?? 60_000), life / 2, SOONEST_REFRESH), refresh);
  }

  later(delay: number, then: () => void): void {
    this.#timer = later(delay, delay > LONGEST ? () => this.later(delay - LONGEST, then) : then);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
