/** The longest that a timer can wait; one that is told to wait longer would not wait at all. */
export const LONGEST = 2 ** 31 - 1;

export type Timer = ReturnType<typeof setTimeout> | undefined;

export function later(delay: number, then: () => void): Timer {
  return setTimeout(then, Math.min(delay, LONGEST));
}
