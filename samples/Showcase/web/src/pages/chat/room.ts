import type { Message } from 'hutong-client';
import type { Member, Room } from 'hutong-client/rooms';
import { rooms } from '../../lib/connection.js';
import { WatchedWebSocket } from '../../lib/frames.js';
import { randomId, visitor } from '../../lib/settings.js';

export type Status = 'waiting' | 'sent' | 'failed';

export interface Entry {
  key: string;
  kind: 'message' | 'notice' | 'gap';
  author: string;
  name: string;
  content: string;
  image?: string;
  at: number;
  /** Where it stands in the room's stream; what has no place yet stands at the end. */
  offset: number;
  status: Status;
  edited: boolean;
  /** Who reacted, by emoji. */
  reactions: Map<string, Set<string>>;
  /** Bytes of an image that have arrived, of all. */
  progress?: number;
  retry?: () => void;
}

const MOST_ENTRIES = 500;
const LARGEST_OFFSET = 2 ** 32;
const TYPING_LASTS = 3500;
const PIECE = 16 << 10;

/** One chat room as this visitor sees it: what was said, who is here, who is writing. It knows no elements. */
export class ChatRoom {
  readonly name: string;
  readonly room: Room;
  readonly entries: Entry[] = [];
  readonly members = new Map<string, { name: string; author: string }>();
  readonly typing = new Map<string, { name: string; until: number }>();
  unread = 0;
  isCurrent = false;
  readonly #changed: () => void;
  readonly #ended = new AbortController();
  readonly #byKey = new Map<string, Entry>();
  #epoch = '';
  #generation = 0;
  #lacksHistory = true;
  #ownId = '';

  constructor(name: string, changed: () => void) {
    this.name = name;
    this.#changed = changed;
    const { signal } = this.#ended;
    this.room = rooms.join(name, { info: { name: visitor.name, key: visitor.key } });
    this.room.addEventListener('joined', () => void this.#enter(), { signal });
    this.room.addEventListener('gap', () => {
      this.#lacksHistory = true;
      this.#add({ kind: 'gap', key: randomId() });
    }, { signal });
    this.room.on('*', (payload, message) => this.#receive(payload, message, true), { signal });
    if (this.room.state === 'joined')
      void this.#enter();
  }

  get me(): string | undefined {
    return this.members.get('me')?.author;
  }

  /** Says something: it is shown at once, and as sent when the server has it. */
  say(content: string): void {
    const id = randomId(8);
    const entry = this.#add({ key: id, content, name: visitor.name, author: 'me', status: 'waiting' });
    this.#publish(entry, { content });
  }

  edit(entry: Entry, content: string): Promise<unknown> {
    return this.room.publish('chat_edit', { of: entry.key, content }, { timeout: Infinity });
  }

  react(entry: Entry, emoji: string): Promise<unknown> {
    const on = !entry.reactions.get(emoji)?.has(this.me ?? '');
    return this.room.publish('chat_reaction', { of: entry.key, emoji, on }, { timeout: Infinity });
  }

  isTyping(): void {
    rooms.client.send('typing', undefined, { room: this.name, urgent: true });
  }

  /** Sends an image in binary messages over a connection of its own; the server says how far it is. */
  sendImage(file: File): void {
    const id = randomId(8);
    const entry = this.#add({ key: id, content: '', name: visitor.name, author: 'me', status: 'waiting', image: URL.createObjectURL(file),
      progress: 0 });
    const upload = () => {
      entry.status = 'waiting';
      entry.retry = undefined;
      const socket = new WatchedWebSocket(new URL('/chat/upload', location.href.replace(/^http/, 'ws')));
      let done = false;
      socket.onopen = async () => {
        socket.send(JSON.stringify({ room: this.name, name: visitor.name, key: visitor.key, id, size: file.size }));
        for (let at = 0; at < file.size && socket.readyState === WebSocket.OPEN; at += PIECE) {
          socket.send(await file.slice(at, at + PIECE).arrayBuffer());
          while (socket.bufferedAmount > 4 * PIECE)
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
      };
      socket.onmessage = ({ data }) => {
        const answer = JSON.parse(data as string);
        done ||= !!answer.id;
        entry.progress = answer.id ? undefined : (answer.received ?? 0) / file.size;
        this.#changed();
      };
      socket.onclose = () => {
        if (done)
          return;
        entry.status = 'failed';
        entry.retry = upload;
        this.#changed();
      };
    };
    upload();
  }

  /** Forgets those who have stopped writing. */
  tick(): void {
    const before = this.typing.size;
    for (const [author, { until }] of this.typing) {
      if (until < Date.now())
        this.typing.delete(author);
    }
    if (before !== this.typing.size)
      this.#changed();
  }

  leave(): void {
    this.#ended.abort();
    void this.room.leave();
  }

  #publish(entry: Entry, payload: object): void {
    entry.status = 'waiting';
    entry.retry = undefined;
    this.#changed();
    this.room.publish('chat_message', payload, { id: entry.key, timeout: Infinity }).then(() => {
      entry.status = 'sent';
    }, () => {
      entry.status = 'failed';
      entry.retry = () => this.#publish(entry, payload);
    }).finally(this.#changed);
  }

  /** After each join: who is here, and, the first time or when something was lost, what was said before. */
  async #enter(): Promise<void> {
    try {
      const { id } = await rooms.client.request('chat_me', undefined, { room: this.name });
      this.#ownId = id;
      const { members } = await this.room.presence();
      this.members.clear();
      this.members.set('me', { name: visitor.name, author: id });
      for (const member of members)
        this.#meet(member);
      if (this.#lacksHistory) {
        this.#lacksHistory = false;
        const { publications } = await this.room.history();
        for (const each of publications)
          this.#receive(each.payload, each, false);
      }
    } catch {
      this.#lacksHistory ||= !this.entries.some(({ kind }) => kind === 'message');
      // The connection went; the next one comes here again.
    }
    this.#changed();
  }

  #meet({ session, info }: Member): void {
    if (info?.name)
      this.members.set(session, { name: info.name, author: info.id });
  }

  #receive(payload: any, message: Message, isNew: boolean): void {
    switch (message.type) {
      case 'chat_message': this.#said(payload, message, isNew); break;
      case 'chat_edit': this.#change(payload.of, (entry) => {
        // Only one's own: the server says who it was.
        if (entry.author !== payload.id && !(entry.author === 'me' && payload.id === this.#ownId))
          return;
        entry.content = payload.content;
        entry.edited = true;
      }); break;
      case 'chat_reaction': this.#change(payload.of, (entry) => {
        const who = entry.reactions.get(payload.emoji) ?? new Set();
        if (payload.on)
          who.add(payload.id);
        else
          who.delete(payload.id);
        entry.reactions.set(payload.emoji, who);
      }); break;
      case 'typing':
        this.typing.set(payload.id, { name: payload.name, until: Date.now() + TYPING_LASTS });
        break;
      case 'user_join':
        if (payload.info?.name && ![...this.members.values()].some(({ author }) => author === payload.info.id))
          this.#add({ kind: 'notice', key: randomId(), name: payload.info.name, content: 'in' });
        this.#meet(payload);
        break;
      case 'user_leave': {
        this.members.delete(payload.session);
        const gone = payload.info;
        if (gone?.name && ![...this.members.values()].some(({ author }) => author === gone.id))
          this.#add({ kind: 'notice', key: randomId(), name: gone.name, content: 'out' });
        break;
      }
    }
    this.#changed();
  }

  #said(payload: any, message: Message, isNew: boolean): void {
    const key = message.id ?? `${message.epoch}:${message.offset}`;
    const own = this.#byKey.get(key);
    if (own) {
      Object.assign(own, { status: 'sent', offset: this.#place(message) ?? own.offset, author: payload.id ?? own.author,
        at: message.timestamp ?? own.at, progress: undefined });
      if (payload.image)
        own.image = payload.image;
    } else {
      this.#add({ key, name: payload.name, author: payload.id ?? '', content: payload.content ?? '', image: payload.image,
        at: message.timestamp, offset: this.#place(message) });
      if (isNew && (!this.isCurrent || document.hidden))
        this.unread++;
    }
    this.typing.delete(payload.id);
    this.entries.sort((a, b) => a.offset - b.offset || a.at - b.at);
  }

  /** Offsets of different epochs cannot be compared: what came after a new beginning stands behind what was before. */
  #place({ epoch, offset }: Message): number | undefined {
    if (offset === undefined)
      return undefined;
    if (epoch !== this.#epoch) {
      this.#epoch = epoch!;
      this.#generation++;
    }
    return this.#generation * LARGEST_OFFSET + offset;
  }

  #change(key: string, change: (entry: Entry) => void): void {
    const entry = this.#byKey.get(key);
    if (entry)
      change(entry);
  }

  #add(given: Partial<Entry> & { key: string }): Entry {
    // A notice stands behind what was said before it.
    const last = this.entries.findLast(({ kind, offset }) => kind === 'message' && offset < Infinity)?.offset ?? 0;
    const entry: Entry = {
      kind: 'message', author: '', name: '', content: '', status: 'sent', edited: false, reactions: new Map(), ...given,
      at: given.at ?? Date.now(),
      offset: given.offset ?? (given.status === 'waiting' ? Infinity : last),
    };
    this.entries.push(entry);
    this.#byKey.set(entry.key, entry);
    while (this.entries.length > MOST_ENTRIES)
      this.#byKey.delete(this.entries.shift()!.key);
    this.#changed();
    return entry;
  }
}
