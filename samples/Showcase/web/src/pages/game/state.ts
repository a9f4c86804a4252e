/** One player as a frame has it. */
export interface Seen { id: number; x: number; y: number; score: number; input: number }

export interface Snapshot {
  tick: number;
  /** When it came, by this page's clock. */
  at: number;
  players: Map<number, Seen>;
  lanterns: { x: number; y: number }[];
}

const SCALE = 16;

/** Reads the frames of the arena: Game/FrameWriter.cs says how they are written. */
export class StateReader {
  #key?: Snapshot;
  #lastTick = 0;
  received = 0;
  lost = 0;
  bytes = 0;

  /** @returns the whole state, or undefined if the frame builds on one that was lost */
  read(bytes: Uint8Array, at: number): Snapshot | undefined {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let offset = 11;
    const byte = () => view.getUint8(offset++);
    const short = () => (offset += 2, view.getUint16(offset - 2, true));
    const isKey = view.getUint8(0) === 1;
    const tick = view.getUint32(1, true);
    const keyTick = view.getUint32(5, true);
    let count = view.getUint16(9, true);
    let lanternCount = byte();
    this.#count(tick, bytes.length);
    if (!isKey && this.#key?.tick !== keyTick)
      return undefined;
    const players = new Map(isKey ? [] : this.#key!.players);
    const lanterns = isKey ? [] : [...this.#key!.lanterns];
    while (count-- > 0) {
      const id = short();
      if (isKey) {
        players.set(id, { id, x: short() / SCALE, y: short() / SCALE, score: short(), input: byte() });
        continue;
      }
      const mask = byte();
      if (mask & 128) {
        players.delete(id);
        continue;
      }
      const before = players.get(id) ?? { id, x: 0, y: 0, score: 0, input: 0 };
      players.set(id, {
        id,
        x: mask & 1 ? short() / SCALE : before.x,
        y: mask & 2 ? short() / SCALE : before.y,
        score: mask & 4 ? short() : before.score,
        input: mask & 8 ? byte() : before.input,
      });
    }
    while (lanternCount-- > 0) {
      const index = byte();
      lanterns[index] = { x: short() / SCALE, y: short() / SCALE };
    }
    const snapshot = { tick, at, players, lanterns };
    if (isKey)
      this.#key = snapshot;
    return snapshot;
  }

  /** Another connection, or another server: what was before does not count. */
  forget(): void {
    this.#key = undefined;
    this.#lastTick = 0;
  }

  #count(tick: number, bytes: number): void {
    if (this.#lastTick && tick > this.#lastTick + 1)
      this.lost += tick - this.#lastTick - 1;
    this.#lastTick = tick;
    this.received++;
    this.bytes += bytes;
  }
}
