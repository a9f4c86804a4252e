import type { Snapshot } from './state.js';

const MARGIN = 20;
const SNAP = 120;
const PAST = 40;

/** Where one's own player is before the server says so; what the server says corrects it softly. */
export class Prediction {
  x = 0;
  y = 0;
  #known = false;
  #past: { at: number; x: number; y: number }[] = [];
  readonly #width: number;
  readonly #height: number;
  readonly #speed: number;

  constructor(width: number, height: number, speed: number) {
    this.#width = width;
    this.#height = height;
    this.#speed = speed;
  }

  step(seconds: number, x: number, y: number, at: number): void {
    const length = Math.max(1, Math.hypot(x, y));
    this.x = Math.min(this.#width - MARGIN, Math.max(MARGIN, this.x + x / length * this.#speed * seconds));
    this.y = Math.min(this.#height - MARGIN, Math.max(MARGIN, this.y + y / length * this.#speed * seconds));
    this.#past.push({ at, x: this.x, y: this.y });
    if (this.#past.length > PAST)
      this.#past.shift();
  }

  /** The server's word about a moment that is a round trip old: it is held against where this page saw itself then. */
  correct(x: number, y: number, at: number, roundTrip: number): void {
    const then = this.#past.findLast((each) => each.at <= at - roundTrip) ?? this.#past[0];
    const [dx, dy] = then ? [x - then.x, y - then.y] : [x - this.x, y - this.y];
    if (!this.#known || Math.hypot(dx, dy) > SNAP) {
      this.x = x;
      this.y = y;
      this.#past = [];
      this.#known = true;
      return;
    }
    // A tenth of the difference each time: nobody sees it, and it is gone within half a second.
    this.x += dx * 0.1;
    this.y += dy * 0.1;
    for (const each of this.#past) {
      each.x += dx * 0.1;
      each.y += dy * 0.1;
    }
  }
}

/** Where another player was a moment ago: between the two snapshots around that moment. */
export function between(snapshots: Snapshot[], id: number, at: number): { x: number; y: number } | undefined {
  const after = snapshots.findIndex((each) => each.at >= at);
  const next = snapshots[after < 0 ? snapshots.length - 1 : after];
  const before = snapshots[after <= 0 ? Math.max(0, snapshots.length - 1) : after - 1] ?? next;
  const [b, n] = [before?.players.get(id), next?.players.get(id)];
  if (!n || !b || after <= 0)
    return n ?? b;
  const part = (at - before!.at) / Math.max(1, next!.at - before!.at);
  return { x: b.x + (n.x - b.x) * part, y: b.y + (n.y - b.y) * part };
}
