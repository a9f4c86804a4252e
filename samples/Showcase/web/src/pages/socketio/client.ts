import { WatchedWebSocket } from '../../lib/frames.js';

/** As much of the official client as the page uses. */
export interface Socket {
  id?: string;
  connected: boolean;
  io: { engine: { transport: { name: string }; on(event: 'upgrade', listener: () => void): void } };
  on(event: string, listener: (...args: any[]) => void): this;
  emit(event: string, ...args: any[]): this;
  timeout(milliseconds: number): { emitWithAck(event: string, ...args: any[]): Promise<any> };
  connect(): this;
  disconnect(): this;
}

export type Connect = (options: { transports: string[]; forceNew: boolean }) => Socket;

const SCRIPT = '/socket.io/socket.io.esm.min.js';
let loading: Promise<Connect> | undefined;

/** Loads the official client from this server. It takes the WebSocket that it finds then: one whose frames the page can show. */
export function load(): Promise<Connect> {
  return loading ??= (async () => {
    const plain = globalThis.WebSocket;
    globalThis.WebSocket = WatchedWebSocket;
    try {
      return (await import(SCRIPT)).io as Connect;
    } catch (error) {
      loading = undefined;
      throw error;
    } finally {
      globalThis.WebSocket = plain;
    }
  })();
}
