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

/** A machine may take more memory than it ever did; processors are shared, and only make it wait. */
const margin = { memoryMiB: 1.25, vcpus: 1 } as const;

/**
 * What machines take of what they declare, as long as nothing was measured: cases that had two
 * processors to themselves under emulation kept 1.5 to 1.9 of them busy with two vCPUs.
 */
export const usualShare = { memoryMiB: 1, vcpus: 0.8 } as const;

/** However little was measured: a fork that must boot cold after all takes much more. */
const leastShare = 0.25;

/** Few different sizes make admission cheap, see `admission.ts`. */
const steps = { memoryMiB: 64, vcpus: 0.25 } as const;

/**
 * What to keep for the case. Never more than the budget has, so that it can be admitted at all: a
 * cluster with more vCPUs than the host has processors runs alone, and slower.
 */
export function roomOf({ cost, forecast }: Case, budget: Budget): Room {
  const share = (what: keyof Room) => {
    const measured = forecast?.[what];
    if (measured === undefined) return Math.min(cost[what] * usualShare[what], budget[what]);
    const wanted = Math.max(measured * margin[what], cost[what] * leastShare);
    const rounded = Math.ceil(wanted / steps[what]) * steps[what];
    return Math.min(rounded, budget[what]);
  };
  // More busy processors than the machines have are threads of the emulator: they yield to others.
  return { memoryMiB: share('memoryMiB'), vcpus: Math.min(cost.vcpus, share('vcpus')) };
}
