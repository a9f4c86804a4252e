/** The fields of the envelope, docs/reference/envelope.md. Absent ones are left out. */
export interface Envelope<T = any> {
  type: string;
  payload?: T;
  /** A payload that is bytes, in base64. */
  data?: any;
  /** Names the message, so that an answer finds its request and a repeated message takes effect once. */
  id?: string;
  /** Milliseconds since 1970. */
  timestamp?: number;
  room?: string;
  epoch?: string;
  offset?: number;
  key?: string;
  since?: { epoch: string; offset: number };
  token?: string;
  reason?: string;
  session?: string;
  ack?: number;
  info?: any;
  seq?: number;
}

/** A message of the envelope; fields of the application's own are kept. */
export interface Message<T = any> extends Envelope<T> {
  [field: string]: any;
}

/** What can be sent as it is. */
export type RawData = string | ArrayBuffer | ArrayBufferView<ArrayBuffer> | Blob;

/** The JSON value of a text, or undefined. */
export function parse(data: unknown): any {
  if (typeof data === 'string') {
    try {
      return JSON.parse(data);
    } catch {
      // Not JSON: it is for whoever listens to raw.
    }
  }
}

export function isMessage(value: any): value is Message {
  return typeof value?.type === 'string';
}

const prefix = Math.random().toString(36).slice(2, 8) + Math.random().toString(36).slice(2, 8);
let count = 0;

/** A name for a message that nobody else uses. */
export function newId(): string {
  return `${prefix}-${(++count).toString(36)}`;
}

/** Bytes as the field `data` carries them. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes)
    text += String.fromCharCode(byte);
  return btoa(text);
}

/** The bytes that a field `data` carries. */
export function fromBase64(data: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(data), (unit) => unit.charCodeAt(0));
}

/** Bytes of a text in UTF-8, without encoding it. */
function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // A pair of surrogates is two units and four bytes; everything else above U+07FF is one unit and three.
    if (unit > 0x7f)
      bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}

/** Throws what the browser's own `close` throws: only 1000 and 3000 to 4999 may be sent, with a reason of at most 123 bytes. */
export function checkClose(code?: number, reason?: string): void {
  if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999))
    throw new DOMException('code', 'InvalidAccessError');
  if (reason && sizeOf(reason) > 123)
    throw new DOMException('reason', 'SyntaxError');
}

/** Bytes on the wire, without the frame's header. */
export function sizeOf(data: RawData): number {
  return typeof data === 'string' ? utf8Length(data) : 'size' in data ? data.size : data.byteLength;
}
