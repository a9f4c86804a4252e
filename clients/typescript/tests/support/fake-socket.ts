import type { SocketLike } from '../../src/core/index.js';

/** A WebSocket whose other end is the test. */
export class FakeSocket implements SocketLike {
  static all: FakeSocket[] = [];
  static get newest(): FakeSocket {
    return FakeSocket.all.at(-1)!;
  }

  binaryType = 'blob';
  bufferedAmount = 0;
  protocol = '';
  readyState = 0;
  onopen: ((event: any) => void) | null = null;
  onmessage: ((event: any) => void) | null = null;
  onerror: ((event: any) => void) | null = null;
  onclose: ((event: any) => void) | null = null;
  /** What reached the other end and was not looked at yet. */
  heard: unknown[] = [];
  /** All of it. */
  log: unknown[] = [];
  silent = false;
  closedWith?: number;

  constructor(readonly url: string, readonly protocols?: string | string[]) {
    FakeSocket.all.push(this);
  }

  send(data: unknown): void {
    if (this.readyState === 0)
      throw new DOMException('', 'InvalidStateError');
    if (this.readyState !== 1 || this.silent)
      return;
    this.heard.push(data);
    this.log.push(data);
  }

  close(code?: number, reason = ''): void {
    if (new TextEncoder().encode(reason).length > 123)
      throw new SyntaxError('reason');
    if (this.readyState >= 2)
      return;
    const was = this.readyState;
    this.readyState = 2;
    this.closedWith = code;
    if (!this.silent)
      queueMicrotask(() => was ? this.end(code ?? 1005, reason, true) : this.end(1006, '', false));
  }

  accept(protocol = ''): void {
    this.protocol = protocol;
    this.readyState = 1;
    this.onopen?.({});
  }

  says(data: unknown): void {
    if (!this.silent)
      this.onmessage?.({ data: typeof data === 'string' || data instanceof ArrayBuffer ? data : JSON.stringify(data) });
  }

  end(code: number, reason = '', wasClean = code !== 1006): void {
    if (this.readyState === 3)
      return;
    this.readyState = 3;
    if (!wasClean)
      this.onerror?.({});
    this.onclose?.({ code, reason, wasClean });
  }
}
