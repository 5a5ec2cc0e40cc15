/**
 * What a case is given of the host while it runs: what it was measured to need, with a margin, or
 * what its suite declares when nothing was measured.
 */

import type { Budget, Case } from './plan.js';

/** A share of the budget. */
export interface Room {
  readonly memoryMiB: number;
  /** May be a fraction: a machine that waits needs less than one processor. */
  readonly vcpus: number;
}

/** A machine may take more than it ever did: its guest may use all of its memory. */
const margin = 1.25;

/** However little was measured: a fork that must boot cold after all takes much more. */
const leastShare = 0.25;

/** Few different sizes make admission cheap, see `admission.ts`. */
const steps = { memoryMiB: 64, vcpus: 0.25 } as const;

/** What to keep for the case. Never more than the budget has, so that it can be admitted at all. */
export function roomOf({ cost, forecast }: Case, budget: Budget): Room {
  const share = (what: keyof Room) => {
    const measured = forecast?.[what];
    if (measured === undefined) return cost[what];
    const wanted = Math.max(measured * margin, cost[what] * leastShare);
    const rounded = Math.ceil(wanted / steps[what]) * steps[what];
    return Math.min(rounded, budget[what]);
  };
  // More busy processors than the machines have are threads of the emulator: they yield to others.
  return { memoryMiB: share('memoryMiB'), vcpus: Math.min(cost.vcpus, share('vcpus')) };
}
