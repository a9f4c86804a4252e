import { HutongError, ServerError } from './errors.js';
import type { Message } from './envelope.js';
import type { Outgoing } from './queue.js';
import { later } from './timer.js';
import type { RequestOptions } from './types.js';

interface Pending {
  item: Outgoing;
  retry: boolean;
  done: (error: HutongError | undefined, answer?: Message) => void;
}

/** Requests that have no answer yet, in the order in which they were made. */
export class Requests {
  readonly #pending = new Map<string, Pending>();

  get size(): number {
    return this.#pending.size;
  }

  /** Watches over a request until it is answered, given up or dropped. */
  add(
    id: string,
    item: Outgoing,
    retry: boolean,
    timeout: number,
    { signal, onAnswer }: RequestOptions,
    giveUp: () => void,
  ): Promise<Message> {
    return new Promise((resolve, reject) => {
      const end = (code: string) => () => { giveUp(); done(new HutongError(code)); };
      const aborted = end('aborted');
      const timer = timeout < Infinity ? later(timeout, end('timeout')) : undefined;
      const done: Pending['done'] = (error, answer) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', aborted);
        this.#pending.delete(id);
        if (error) {
          reject(error);
        } else {
          resolve(answer!);
          onAnswer?.(answer!);
        }
      };
      this.#pending.set(id, { item, retry, done });
      item.onDropped = done;
      signal?.addEventListener('abort', aborted);
      if (signal?.aborted)
        aborted();
    });
  }

  /** @returns whether somebody waited for this answer */
  answer(message: Message): boolean {
    const pending = this.#pending.get(message.id!);
    pending?.done(message.type === 'ack' ? undefined : serverError(message), message);
    return !!pending;
  }

  /** The connection is gone, and with it what it carried. @returns what must be sent again */
  lost(): Outgoing[] {
    const sent = [...this.#pending.values()].filter(({ item }) => item.status === 'sent');
    for (const { retry, done } of sent) {
      if (!retry)
        done(new HutongError('connection_lost'));
    }
    return sent.filter(({ retry }) => retry).map(({ item }) => item);
  }

  clear(error: HutongError): void {
    for (const { done } of [...this.#pending.values()])
      done(error);
  }
}

export function serverError(message: Message): ServerError {
  const { code = 'error', message: text } = message.payload ?? message;
  return new ServerError(String(code), String(text ?? code), message);
}
