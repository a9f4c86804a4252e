/** What one reader has seen of the feed. */
export class ReaderCount {
  received = 0;
  leftOut = 0;
  /** When the newest price was made, by the server's clock, and seen, by this one's. */
  age = 0;
  readonly #last = new Map<string, number>();
  #recent: number[] = [];

  take(symbol: string, n: number, timestamp: number | undefined): void {
    const last = this.#last.get(symbol);
    // The ticks of a symbol are numbered: a gap is what was left out.
    if (last !== undefined && n > last + 1)
      this.leftOut += n - last - 1;
    this.#last.set(symbol, n);
    this.received++;
    const now = Date.now();
    this.age = Math.max(0, now - (timestamp ?? now));
    this.#recent.push(now);
  }

  /** After a cut or a new subscription nobody was left behind. */
  forget(symbol?: string): void {
    if (symbol === undefined)
      this.#last.clear();
    else
      this.#last.delete(symbol);
  }

  get share(): number {
    return this.received ? this.leftOut / (this.received + this.leftOut) : 0;
  }

  get perSecond(): number {
    const since = Date.now() - 5000;
    this.#recent = this.#recent.filter((each) => each > since);
    return this.#recent.length / 5;
  }
}

type Take = (symbol: string, n: number, timestamp: number | undefined) => void;

function address(path: string, symbols: string[]): string {
  return `/rt/${path}?${symbols.map((symbol) => `room=${encodeURIComponent(`ticker:${symbol}`)}`).join('&')}`;
}

/** The feed as an EventSource reads it. @returns what ends it */
export function readEvents(symbols: string[], take: Take): () => void {
  const source = new EventSource(address('sse', symbols));
  source.onmessage = ({ data }) => {
    const { type, payload, timestamp } = JSON.parse(data as string);
    if (type === 'price')
      take(payload.symbol, payload.n, timestamp);
  };
  return () => source.close();
}

/** The feed as one reads it who looks only now and then. @returns what ends it */
export function readSlowly(symbols: string[], pause: number, take: Take): () => void {
  const ended = new AbortController();
  void (async () => {
    let token = '';
    let ack = 0;
    ended.signal.addEventListener('abort', () => {
      if (token)
        void fetch('/rt/session', { method: 'DELETE', headers: { 'Hutong-Session': token } }).catch(() => {});
    });
    while (!ended.signal.aborted) {
      try {
        const response = await fetch(token ? '/rt/poll?wait=0' : address('poll', symbols), {
          signal: ended.signal,
          headers: token ? { 'Hutong-Session': token, 'Hutong-Ack': String(ack) } : {},
        });
        if (!response.ok)
          token = '';
        for (const { type, payload, timestamp, seq } of response.ok ? await response.json() : []) {
          if (type === 'welcome')
            ({ token } = payload);
          ack = Math.max(ack, seq ?? 0);
          if (type === 'price')
            take(payload.symbol, payload.n, timestamp);
        }
      } catch {
        token = '';
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  })();
  return () => ended.abort();
}
