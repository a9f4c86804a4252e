import type { Message } from './envelope.js';
import type { HutongError } from './errors.js';
import type { CloseInfo } from './reconnect.js';

export type ClientState = 'idle' | 'connecting' | 'authenticating' | 'open' | 'waiting' | 'offline' | 'closed' | 'failed';

export interface StateChange {
  state: ClientState;
  previous: ClientState;
  /** In state `waiting`: when the next attempt begins, in milliseconds since 1970; undefined while a hidden page pauses it. */
  retryAt?: number;
  /** Attempts since the last connection that held. */
  attempt: number;
  /** In state `failed`: why. */
  error?: HutongError;
}

/** What the client itself tells its listeners, by name of the event. */
export interface ClientEvents {
  state: StateChange;
  /** Messages can be sent; what was queued follows. */
  open: { protocol: string; reconnected: boolean };
  /** A connection ended, or could not be opened. */
  close: CloseInfo & { reconnects: boolean };
  error: HutongError;
  /**
   * Everything that came but answers to probes and requests: the envelope, if it is one, and the data. Who sets `handled` keeps it from the
   * listeners by type.
   */
  message: { message?: Message; data: unknown; handled?: boolean };
  /** A message of a type that nobody listens to. */
  unknown: Message;
  reconnect_failed: { attempts: number; error: HutongError };
  /** What was queued has been handed to the connection. */
  drained: undefined;
}

export interface SendOptions {
  room?: string;
  id?: string;
  /** More fields of the envelope. */
  fields?: object;
  /** Goes before all that is queued, or, without an open connection, is dropped with `not_open`. */
  urgent?: boolean;
}

export interface RequestOptions extends SendOptions {
  /** Milliseconds until it is rejected with `timeout`; Infinity waits. */
  timeout?: number;
  signal?: AbortSignal;
  /** Sends it again, under the same id, if the connection is lost before the answer. Default true, unless it is urgent. */
  retry?: boolean;
  /** Called with the `ack` before anything that came after it is handed on; the promise resolves a little later. */
  onAnswer?: (ack: Message) => void;
}

export interface StreamOptions {
  /** Largest message, in bytes. Default 65536. */
  chunkSize?: number;
  signal?: AbortSignal;
  /** Called after each message with the bytes handed to the connection, and those of the source if they are known. */
  progress?: (sent: number, total: number | undefined) => void;
}
