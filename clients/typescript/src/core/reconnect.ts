/** How a connection ended. */
export interface CloseInfo {
  code: number;
  reason: string;
  wasClean: boolean;
}

export interface ReconnectOptions {
  /** First ceiling of the delay, in milliseconds; it doubles with each attempt. Default 500. */
  base?: number;
  /** Highest ceiling, in milliseconds. Default 20000. */
  cap?: number;
  /** Attempts in a row before it gives up. Default Infinity. */
  attempts?: number;
  /** A connection that was open for so many milliseconds lets the count begin again. Default 5000. */
  resetAfter?: number;
  /** Reconnects whatever the close code, unless closed by hand. Default false. */
  always?: boolean;
  /** Starts no attempt while the page is hidden. Default false. */
  pauseWhenHidden?: boolean;
  /** Overrules the table of close codes: true reconnects, false does not, undefined leaves it to the table. */
  decide?: (close: CloseInfo) => boolean | undefined;
}

/** What a close code means: reconnect, the end by wish, the end by refusal, or a token that was not taken. */
export type Verdict = 'retry' | 'end' | 'refused' | 'auth';

export function judge(code: number): Verdict {
  return code === 1000 ? 'end'
    // 3500 is the envelope's own code for a token that was not taken.
    : code === 3500 || code === 4401 ? 'auth'
    : code === 1008 || code === 4403 || (code >= 3500 && code <= 3999) ? 'refused'
    : 'retry';
}

/** The token has expired: the next connection needs another one. */
export const AUTH_EXPIRED = 3002;

/** Full jitter: anywhere between nothing and the ceiling, so that many clients do not come back at once. */
export function backoff(attempt: number, base: number, cap: number, random: () => number): number {
  return Math.floor(random() * Math.min(cap, base * 2 ** attempt));
}

/** No advice sends a client away for longer. */
const LONGEST_ADVICE = 3_600_000;

/** Advice, in milliseconds, as far as it makes sense. */
export function bounded(advice: unknown): number {
  return Math.min(Math.max(0, Number(advice) || 0), LONGEST_ADVICE);
}

/** What a server advises in the reason of a close, as `after=5000`. */
export function advised(reason: string): number {
  return bounded(/\bafter=(\d+)/.exec(reason)?.[1]);
}

/** Random numbers that are the same for the same seed, for tests. */
export function seededRandom(seed: number): () => number {
  return () => {
    // A Weyl sequence through a mixing function of 32 bits.
    seed = (seed + 0x9e3779b9) | 0;
    let z = Math.imul(seed ^ (seed >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}
