import { FakeSocket } from './fake-socket.js';

const HISTORY = 6;

/** A server that keeps a room with a short history, does each request once, and remembers in which order things took effect. */
export class ModelServer {
  /** Payloads of what took effect. */
  readonly effects: number[] = [];
  published = 0;
  #epoch = 1;
  readonly #done = new Set<string>();
  readonly #members = new Set<FakeSocket>();

  /** Reads the next message that reached it on the newest connection. */
  read(): void {
    const socket = FakeSocket.newest;
    const data = socket?.readyState === 1 ? socket.heard.shift() as string | undefined : undefined;
    if (data === undefined)
      return;
    const message = JSON.parse(data);
    switch (message.type) {
      case 'ping':
        socket.says({ type: 'pong' });
        break;
      case 'auth':
        socket.says({ type: 'auth_success', payload: { userId: 'u', expiresAt: Date.now() + 90_000 } });
        break;
      case 'join':
        this.#join(socket, message);
        break;
      default:
        if (!message.id || !this.#done.has(message.id))
          this.effects.push(message.payload);
        if (message.id) {
          this.#done.add(message.id);
          socket.says({ id: message.id, ...message.payload % 7 ? { type: 'ack' } : { type: 'error', payload: { code: 'no' } } });
        }
    }
  }

  /** Publishes; members that are behind miss it. */
  publish(behind: boolean): void {
    this.published++;
    for (const socket of this.#members) {
      if (socket.readyState !== 1)
        this.#members.delete(socket);
      else if (!behind)
        socket.says(this.#publication(this.published));
    }
  }

  tell(): void {
    for (const socket of this.#members)
      socket.says({ type: 'position', room: 'r', epoch: `e${this.#epoch}`, offset: this.published });
  }

  /** The stream begins anew. */
  restart(): void {
    this.#epoch++;
    this.published = 0;
    this.publish(false);
  }

  #publication(offset: number) {
    return { type: 'n', room: 'r', epoch: `e${this.#epoch}`, offset, payload: `e${this.#epoch}:${offset}` };
  }

  #join(socket: FakeSocket, { id, since }: any): void {
    this.#members.add(socket);
    const first = Math.max(1, this.published - HISTORY + 1);
    const recovered = since?.epoch === `e${this.#epoch}` && since.offset + 1 >= first && since.offset <= this.published;
    const missed = [];
    for (let offset = since?.offset + 1; recovered && offset <= this.published; offset++)
      missed.push(this.#publication(offset));
    const at = this.published ? { epoch: `e${this.#epoch}`, offset: this.published } : {};
    socket.says({ type: 'ack', id, room: 'r', ...at, payload: since && { recovered, missed } });
  }
}
