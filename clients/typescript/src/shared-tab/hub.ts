import type { SocketLike } from '../core/index.js';

/** From a tab's socket to the hub. */
export interface ToHub {
  /** Names the socket. */
  id: string;
  /** The lock that the tab holds as long as it lives. */
  lock?: string;
  open?: { key: string; url: string; protocols?: string | string[] };
  data?: unknown;
  /** Bytes of the data. */
  size?: number;
  close?: [code: number | undefined, reason: string | undefined];
}

/** From the hub to a tab's socket. */
export interface FromHub {
  id?: string;
  opened?: string;
  data?: unknown;
  /** So many bytes were handed to the connection. */
  took?: number;
  closed?: { code: number; reason: string; wasClean: boolean };
  /** There is another hub: connections of the one before are gone. */
  here?: true;
}

interface Member {
  id: string;
  post: (message: FromHub) => void;
}

const FULL = 1 << 20;
const LOOK = 25;
/** What a client sends that takes the connection for dead. */
const GIVEN_UP = 4000;

/** One connection, and the tabs that use it. */
class Line {
  readonly #socket: SocketLike;
  readonly #ended: (members: Iterable<string>) => void;
  readonly #members = new Map<string, Member>();
  /** Who asked: the answer is for nobody else. */
  readonly #asked = new Map<string, { member: Member; join?: string }>();
  readonly #rooms = new Map<string, Set<string>>();

  constructor(url: string, protocols: string | string[] | undefined, ended: (members: Iterable<string>) => void) {
    this.#ended = ended;
    const socket = this.#socket = new WebSocket(url, protocols);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.#tell({ opened: socket.protocol });
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code, reason, wasClean }) => this.#end(code, reason, wasClean);
  }

  add(member: Member): void {
    this.#members.set(member.id, member);
    if (this.#socket.readyState === 1)
      member.post({ id: member.id, opened: this.#socket.protocol });
  }

  send(id: string, data: unknown, size = 0): void {
    const member = this.#members.get(id);
    if (!member || this.#socket.readyState !== 1)
      return;
    if (this.#note(member, data))
      this.#socket.send(data);
    this.#confirm(member, size);
  }

  remove(id: string, code?: number, reason?: string): void {
    const member = this.#members.get(id);
    if (!member)
      return;
    if (code === GIVEN_UP) {
      this.#socket.close(code, reason);
      this.#end(1006, 'given up by another tab', false);
      return;
    }
    this.#members.delete(id);
    for (const [room, members] of this.#rooms) {
      if (members.delete(id) && !members.size && this.#socket.readyState === 1)
        this.#socket.send(JSON.stringify({ type: 'leave', room }));
      if (!members.size)
        this.#rooms.delete(room);
    }
    for (const [asked, { member }] of this.#asked) {
      if (member.id === id)
        this.#asked.delete(asked);
    }
    member.post({ id, closed: { code: code ?? 1005, reason: reason ?? '', wasClean: true } });
    if (!this.#members.size) {
      this.#socket.close(code, reason);
      this.#end(1000, '', true);
    }
  }

  /** Looks at what a tab sends. @returns whether it is for the server */
  #note(member: Member, data: unknown): boolean {
    const message = parse(data);
    if (!message)
      return true;
    const { type, id, room } = message;
    const members = this.#rooms.get(room);
    if (type === 'leave' && members) {
      members.delete(member.id);
      if (members.size) {
        // The others stay.
        member.post({ id: member.id, data: JSON.stringify({ type: 'ack', id, room }) });
        return false;
      }
      this.#rooms.delete(room);
    }
    if (type === 'join')
      this.#rooms.set(room, (members ?? new Set()).add(member.id));
    if (id !== undefined)
      this.#asked.set(String(id), { member, join: type === 'join' ? room : undefined });
    return true;
  }

  #receive(data: unknown): void {
    const message = parse(data);
    const isAnswer = message?.type === 'ack' || message?.type === 'error';
    const asked = isAnswer ? this.#asked.get(String(message.id)) : undefined;
    if (!asked) {
      this.#tell({ data });
      return;
    }
    this.#asked.delete(String(message.id));
    asked.member.post({ id: asked.member.id, data });
    const members = this.#rooms.get(asked.join!);
    if (!members)
      return;
    if (message.type === 'error')
      members.delete(asked.member.id);
    // While one tab asked what it missed the server held back what the others were to get: it is part of the answer.
    for (const missed of message.payload?.missed ?? []) {
      for (const id of members) {
        if (id !== asked.member.id)
          this.#members.get(id)?.post({ id, data: JSON.stringify({ room: asked.join, ...missed }) });
      }
    }
  }

  /** Tells a tab that what it sent is on its way, once there is room for more. */
  #confirm(member: Member, took: number): void {
    if (this.#socket.bufferedAmount < FULL || this.#socket.readyState !== 1)
      member.post({ id: member.id, took });
    else
      setTimeout(() => this.#confirm(member, took), LOOK);
  }

  #tell(message: FromHub): void {
    for (const { id, post } of [...this.#members.values()])
      post({ ...message, id });
  }

  #end(code: number, reason: string, wasClean: boolean): void {
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#ended(this.#members.keys());
    this.#tell({ closed: { code, reason, wasClean } });
    this.#members.clear();
  }
}

function parse(data: unknown): any {
  try {
    const value = JSON.parse(data as string);
    return typeof value?.type === 'string' ? value : undefined;
  } catch {
    // Not of the envelope: it is for everybody.
  }
}

/** Holds the connections for all tabs: it lives in a worker that they share, or in one of them. */
export class Hub {
  readonly #lines = new Map<string, Line>();
  readonly #lineOf = new Map<string, Line>();
  readonly #watched = new Map<string, Set<string>>();

  receive({ id, lock, open, data, size, close }: ToHub, post: (message: FromHub) => void): void {
    if (open) {
      let line = this.#lines.get(open.key);
      if (!line) {
        try {
          line = new Line(open.url, open.protocols, (members) => {
            this.#lines.delete(open.key);
            for (const each of members)
              this.#forget(each);
          });
        } catch {
          post({ id, closed: { code: 1006, reason: '', wasClean: false } });
          return;
        }
        this.#lines.set(open.key, line);
      }
      this.#lineOf.set(id, line);
      this.#watch(lock!, id);
      line.add({ id, post });
    } else if (close) {
      const line = this.#lineOf.get(id);
      this.#forget(id);
      line?.remove(id, ...close);
    } else {
      this.#lineOf.get(id)?.send(id, data, size);
    }
  }

  #forget(id: string): void {
    this.#lineOf.delete(id);
    for (const ids of this.#watched.values())
      ids.delete(id);
  }

  /** A lock that can be had is one whose tab is gone, however it went. */
  #watch(lock: string, id: string): void {
    const ids = this.#watched.get(lock);
    if (ids) {
      ids.add(id);
      return;
    }
    const all = new Set([id]);
    this.#watched.set(lock, all);
    void navigator.locks.request(lock, () => {
      this.#watched.delete(lock);
      for (const each of all)
        this.receive({ id: each, close: [1000, ''] }, () => {});
    });
  }
}
