import { WebSocketClient, type ClientOptions } from '../core/index.js';
import { Room, type JoinOptions } from './room.js';

export { Room } from './room.js';
export type { HistoryPage, JoinOptions, Member, PublishOptions, RoomEvents, RoomState, StreamPosition } from './room.js';

/** What the server's defaults allow a session, with something left for joining and for probes. */
const PACE = { burst: 100, perSecond: 45 };

/** Rooms over a client: joined again after each reconnect, and resumed where they stopped. */
export class RoomClient {
  /** What carries the messages; it has what is not a room's. */
  readonly client: WebSocketClient;
  readonly #rooms = new Map<string, Room>();
  readonly #owned: boolean;
  readonly #ended = new AbortController();

  /**
   * @param client a client, or the address and options of one to make, which offers the subprotocol `hutong.v1.json`, keeps to the pace that
   * rooms allow (100 messages at once, 45 a second), and is closed with the rooms
   */
  constructor(client: WebSocketClient | string | URL, options?: ClientOptions) {
    this.#owned = !(client instanceof WebSocketClient);
    this.client = client instanceof WebSocketClient ? client
      : new WebSocketClient(client, { protocols: 'hutong.v1.json', ...options, queue: { pace: PACE, ...options?.queue } });
    const { signal } = this.#ended;
    this.client.addEventListener('open', () => {
      for (const room of this.rooms)
        room.rejoin();
    }, { signal });
    this.client.addEventListener('close', () => {
      for (const room of this.rooms)
        room.lost();
    }, { signal });
    this.client.addEventListener('message', (event) => {
      const room = this.#rooms.get(event.message?.room ?? '');
      // An answer that names a room, and that nobody waits for any more, is none of the room's publications.
      if (!room || event.message!.type === 'error' || event.message!.type === 'ack')
        return;
      event.handled = true;
      room.receive(event.message!);
    }, { signal });
    this.client.addEventListener('state', ({ state }) => {
      if (state === 'closed' && this.client.ended)
        this.#forget();
    }, { signal });
  }

  /** The rooms that are joined, or will be. */
  get rooms(): Room[] {
    return [...this.#rooms.values()];
  }

  /** Joins a room, now or when there is a connection. A room that is joined already is given as it is. */
  join(name: string, options: JoinOptions = {}): Room {
    let room = this.#rooms.get(name);
    if (room?.state === 'refused')
      room.forget();
    else if (room)
      return room;
    room = new Room(this.client, name, options, () => {
      if (this.#rooms.get(name) === room)
        this.#rooms.delete(name);
    }, (cause) => this.client.failed(cause));
    this.#rooms.set(name, room);
    return room;
  }

  /** Ends all rooms, and the client if it was made here. */
  async close(): Promise<void> {
    const owned = this.#owned && this.client.close();
    await Promise.all(this.rooms.map((room) => room.leave()));
    this.#forget();
    await owned;
  }

  #forget(): void {
    this.#ended.abort();
    for (const room of this.rooms)
      room.forget();
  }
}
