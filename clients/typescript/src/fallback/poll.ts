import { HttpCarrier, type CarrierEvents } from './http.js';

const ATTEMPTS = 3;
const PAUSE = 500;

/** Asks again and again; each answer comes when there is something to say. */
export class PollCarrier extends HttpCarrier {
  #timer?: ReturnType<typeof setTimeout>;

  constructor(url: string, events: CarrierEvents) {
    super(url, events);
    void this.#poll().catch(() => this.lose());
  }

  protected stop(): void {
    clearTimeout(this.#timer);
  }

  async #poll(): Promise<void> {
    // What is held back has been received all the same.
    for (let received = 0, failures = 0; !this.ended.signal.aborted;) {
      let messages;
      try {
        const response = await this.fetch('poll', { headers: this.token ? { 'Hutong-Ack': String(received) } : {} });
        if (!response.ok) {
          this.refused(response);
          return;
        }
        messages = await response.json();
      } catch (error) {
        // An answer that was lost is given again.
        if (!this.token || ++failures === ATTEMPTS)
          throw error;
        await new Promise((resolve) => { this.#timer = setTimeout(resolve, PAUSE); });
        continue;
      }
      failures = 0;
      for (const message of messages) {
        received = Math.max(received, message.seq);
        this.receive(message);
      }
    }
  }
}
