import { HttpCarrier, type CarrierEvents } from './http.js';

/** As long as an EventSource may try by itself to come back. */
const PATIENCE = 10_000;

/** Reads server-sent events. The browser resumes them by itself, from the last one received. */
export class SseCarrier extends HttpCarrier {
  readonly #source: EventSource;
  #timer?: ReturnType<typeof setTimeout>;

  constructor(url: string, events: CarrierEvents, Source: typeof EventSource = EventSource) {
    super(url, events);
    const source = this.#source = new Source(this.address('sse'), { withCredentials: true });
    source.onopen = () => {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
    source.onmessage = ({ data, lastEventId }) => this.receive(JSON.parse(data), Number(lastEventId.split('.')[2]));
    source.onerror = () => {
      if (!this.token || source.readyState === 2)
        this.lose();
      else
        this.#timer ??= setTimeout(() => this.lose(), PATIENCE);
    };
  }

  protected stop(): void {
    clearTimeout(this.#timer);
    this.#source.close();
  }
}
