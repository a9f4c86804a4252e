import type { Sink } from './transports.js';

const KEPT = 2000;

/** What the lab has measured of one transport. */
export class Figures implements Sink {
  received = 0;
  missed = 0;
  cuts = 0;
  /** How long it took, after the last cut, until a message came again. */
  backAfter?: number;
  /** Payload, and all that came with it. */
  payloadBytes = 0;
  bodyBytes = 0;
  /** Share of one core while it ran alone, in percent. */
  cpu?: number;
  #latencies: number[] = [];
  #recent: number[] = [];
  #last = 0;
  #lastTime = 0;
  #repeated = 0;
  #cutAt = 0;

  message(n: number, t: number, payload: number): void {
    if (n <= this.#last) {
      // What is not newer has been seen; what is newer comes from a server that has begun to count anew.
      if (t <= this.#lastTime) {
        this.#repeated++;
        return;
      }
      this.#last = 0;
    }
    this.#lastTime = t;
    if (this.#last && n > this.#last + 1)
      this.missed += n - this.#last - 1;
    this.#last = n;
    this.received++;
    if (this.#cutAt)
      this.backAfter = performance.now() - this.#cutAt;
    this.#cutAt = 0;
    this.payloadBytes += payload;
    const latency = Math.max(0, performance.timeOrigin + performance.now() - t);
    this.#latencies.push(latency);
    this.#recent.push(latency);
    if (this.#latencies.length > KEPT)
      this.#latencies.shift();
  }

  bytes(count: number): void {
    this.bodyBytes += count;
  }

  cut(): void {
    this.cuts++;
    this.#cutAt = performance.now();
  }

  get repeated(): number {
    return this.#repeated;
  }

  quantile(part: number): number | undefined {
    return quantile(this.#latencies, part);
  }

  /** The median since the last call. */
  takeRecent(): number | null {
    const median = quantile(this.#recent, 0.5) ?? null;
    this.#recent = [];
    return median;
  }

  /** Bytes besides the payload, for each message. */
  overhead(headBytes: number): number | undefined {
    return this.received ? (this.bodyBytes + headBytes - this.payloadBytes) / this.received : undefined;
  }
}

function quantile(values: number[], part: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}
