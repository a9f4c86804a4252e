import { RoomClient } from 'hutong-client/rooms';
import { WatchedWebSocket } from './frames.js';

/** One connection for the whole site: each page joins its rooms on it, and leaves them. After eight attempts the visitor is asked. */
export const rooms = new RoomClient('/rt', {
  WebSocket: WatchedWebSocket,
  reconnect: { base: 800, cap: 10_000, attempts: 8 },
});

export const { client } = rooms;

// For whoever opens the console, and for tests.
Object.assign(globalThis, { hutong: { rooms, client } });
