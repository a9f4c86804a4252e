/** One message or event of a connection, as the frame list shows it. */
export interface Frame {
  at: number;
  direction: 'sent' | 'received' | 'none';
  opcode: 'text' | 'binary' | 'close' | 'open' | 'error';
  data: string;
  length: number;
  from: string;
}

const MOST = 200;
const LONGEST = 400;
const frames: Frame[] = [];
const listeners = new Set<(frame: Frame) => void>();
const encoder = new TextEncoder();

export function lastFrames(): readonly Frame[] {
  return frames;
}

export function onFrame(listener: (frame: Frame) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function note(from: string, direction: Frame['direction'], opcode: Frame['opcode'], data: unknown): void {
  let text = '';
  let length = 0;
  if (typeof data === 'string') {
    text = data.slice(0, LONGEST);
    length = data.length > LONGEST ? encoder.encode(data).length : encoder.encode(text).length;
  } else if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) {
    const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    length = bytes.length;
    text = Array.from(bytes.subarray(0, 24), (byte) => byte.toString(16).padStart(2, '0')).join(' ') + (length > 24 ? ' …' : '');
  }
  const frame: Frame = { at: Date.now(), direction, opcode, data: text, length, from };
  frames.push(frame);
  if (frames.length > MOST)
    frames.shift();
  for (const listener of listeners)
    listener(frame);
}

/** The browser's WebSocket, and a note of all that goes through it. */
export class WatchedWebSocket extends WebSocket {
  readonly #from: string;

  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    this.#from = new URL(url).pathname;
    this.addEventListener('open', () => note(this.#from, 'none', 'open',
      `101 Switching Protocols${this.protocol && ` · ${this.protocol}`}`));
    this.addEventListener('message', ({ data }) => note(this.#from, 'received', typeof data === 'string' ? 'text' : 'binary', data));
    this.addEventListener('error', () => note(this.#from, 'none', 'error', 'connection failed'));
    this.addEventListener('close', ({ code, reason }) => note(this.#from, 'received', 'close', `${code}${reason && ` ${reason}`}`));
  }

  override send(data: string | ArrayBufferLike | Blob | ArrayBufferView<ArrayBuffer>): void {
    super.send(data as string);
    note(this.#from, 'sent', typeof data === 'string' ? 'text' : 'binary', data);
  }

  override close(code?: number, reason?: string): void {
    if (this.readyState < WebSocket.CLOSING)
      note(this.#from, 'sent', 'close', `${code ?? ''} ${reason ?? ''}`.trim());
    super.close(code, reason);
  }
}
