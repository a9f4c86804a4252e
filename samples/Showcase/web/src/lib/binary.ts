import { fromBase64, toBase64, type Envelope, type SocketLike } from 'hutong-client';
import { WatchedWebSocket } from './frames.js';

// The protocol's own types by their number, and the bits of the flags: docs/reference/envelope.md.
const TYPES = [
  '', 'ping', 'pong', 'auth', 'auth_success', 'auth_fail', 'welcome', 'resume', 'join', 'leave', 'presence', 'history', 'position', 'ack',
  'error',
  'user_join', 'user_leave', 'drain', 'close',
];
const PAYLOAD = 1 << 0;
const JSON_PAYLOAD = 1 << 1;
const ID = 1 << 2;
const ROOM = 1 << 3;
const TIMESTAMP = 1 << 4;
const POSITION = 1 << 5;
const KEY = 1 << 6;
const ID_IS_NUMBER = 1 << 7;
const SINCE = 1 << 8;
const TOKEN = 1 << 9;
const REASON = 1 << 10;
const SESSION = 1 << 11;
const ACK = 1 << 12;
const INFO = 1 << 13;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Writes an envelope in the binary dialect. */
export function encode(envelope: Envelope): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  const number = (value: number) => {
    // Seven bits a byte, low ones first. Not by shifts: a number may have more than 32 bits.
    while (value >= 128) {
      bytes.push(value % 128 + 128);
      value = Math.floor(value / 128);
    }
    bytes.push(value);
  };
  const raw = (value: Uint8Array) => {
    for (const byte of value)
      bytes.push(byte);
  };
  const text = (value: string) => {
    const utf8 = encoder.encode(value);
    number(utf8.length);
    raw(utf8);
  };
  const { type, id, room, timestamp, epoch, offset, key, since, token, reason, session, ack, info, data, payload } = envelope;
  const has = (bit: number, value: unknown) => value === undefined ? 0 : bit;
  number(has(PAYLOAD, data ?? payload) | (data === undefined ? has(JSON_PAYLOAD, payload) : 0) | has(ID, id) | has(ROOM,
    room) | has(TIMESTAMP, timestamp) | has(POSITION, epoch)
    | has(KEY, key) | has(SINCE, since) | has(TOKEN, token) | has(REASON, reason) | has(SESSION, session) | has(ACK, ack) | has(INFO,
      info));
  const known = TYPES.indexOf(type);
  number(Math.max(0, known));
  if (known < 1)
    text(type);
  if (id !== undefined)
    text(id);
  if (room !== undefined)
    text(room);
  if (timestamp !== undefined)
    number(timestamp * 2);
  if (epoch !== undefined) {
    text(epoch);
    number(offset ?? 0);
  }
  if (key !== undefined)
    text(key);
  if (since !== undefined) {
    text(since.epoch);
    number(since.offset);
  }
  for (const each of [token, reason, session]) {
    if (each !== undefined)
      text(each);
  }
  if (ack !== undefined)
    number(ack);
  if (info !== undefined)
    text(JSON.stringify(info));
  if (data !== undefined)
    raw(fromBase64(data));
  else if (payload !== undefined)
    raw(encoder.encode(JSON.stringify(payload)));
  return new Uint8Array(bytes);
}

/** Reads an envelope in the binary dialect. A payload of bytes becomes `data`, in base64, as in JSON. */
export function decode(bytes: Uint8Array): Envelope {
  let at = 0;
  const number = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 128)
        return value;
    }
  };
  const text = () => {
    const length = number();
    return decoder.decode(bytes.subarray(at, at += length));
  };
  const flags = number();
  const read = <T>(bit: number, reader: () => T): T | undefined => flags & bit ? reader() : undefined;
  const place = () => ({ epoch: text(), offset: number() });
  const envelope: Envelope = { type: TYPES[number()] || text() };
  const id = read(ID, text);
  envelope.id = id && flags & ID_IS_NUMBER ? Number(id) as unknown as string : id;
  envelope.room = read(ROOM, text);
  envelope.timestamp = read(TIMESTAMP, () => number() / 2);
  Object.assign(envelope, read(POSITION, place));
  envelope.key = read(KEY, text);
  envelope.since = read(SINCE, place);
  envelope.token = read(TOKEN, text);
  envelope.reason = read(REASON, text);
  envelope.session = read(SESSION, text);
  envelope.ack = read(ACK, number);
  envelope.info = read(INFO, () => JSON.parse(text()));
  if (flags & JSON_PAYLOAD)
    envelope.payload = JSON.parse(decoder.decode(bytes.subarray(at)));
  else if (flags & PAYLOAD)
    envelope.data = toBase64(bytes.subarray(at));
  return envelope;
}

/** A WebSocket whose messages are bytes on the wire, and JSON to the client above it. */
export class BinaryWebSocket implements SocketLike {
  binaryType = 'arraybuffer';
  onopen: SocketLike['onopen'] = null;
  onmessage: SocketLike['onmessage'] = null;
  onerror: SocketLike['onerror'] = null;
  onclose: SocketLike['onclose'] = null;
  readonly #socket: WebSocket;

  constructor(url: string) {
    const socket = this.#socket = new WatchedWebSocket(url, 'hutong.v1.bin');
    socket.binaryType = 'arraybuffer';
    socket.onopen = (event) => this.onopen?.(event);
    socket.onerror = (event) => this.onerror?.(event);
    socket.onclose = (event) => this.onclose?.(event);
    socket.onmessage = ({ data }) => this.onmessage?.({ data: JSON.stringify(decode(new Uint8Array(data as ArrayBuffer))) });
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  get readyState(): number {
    return this.#socket.readyState;
  }

  send(data: string): void {
    this.#socket.send(encode(JSON.parse(data)));
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
  }
}
