/**
 * What goes wrong on purpose around a run, and how the run must take it: the right outcome, kind and
 * code, in time, with nothing left behind.
 */

import type { Lab } from './lab.js';

/** How a fault was taken. */
export interface Taken {
  /** `status phase/CODE` of the case, `status` alone without a failure, or what a command did. */
  readonly seen: string;
  /** From the fault to the end of everything that it touched. */
  readonly tookMs: number;
}

/** One fault. */
export interface Fault {
  /** `area/what-happens`. */
  readonly id: string;
  /** One sentence: what happens, and what is right then. */
  readonly describes: string;
  /** What `Taken.seen` must be. */
  readonly expect: string;
  /** What `Taken.tookMs` may be, for a host of speed 1. */
  readonly boundMs: number;
  /** Makes it happen; throws when anything else than the outcome is not as it should be. */
  readonly strike: (lab: Lab) => Promise<Taken>;
}
