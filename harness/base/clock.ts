/**
 * Time as a value that tests can replace.
 */

/** `now` is wall-clock time; `elapsedMs` is monotonic and only good for differences. */
export interface Clock {
  now(): Date;
  elapsedMs(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
};
