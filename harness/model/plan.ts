/**
 * The plan: which cases will run, in which order, and which suites will not and why.
 */

import type { CaseId, ClaimId, SuiteId } from './ids.js';
import type { Firmware } from './image.js';
import type { TopologyCost } from './topology.js';

/** A suite × image × platform. */
export interface Case {
  readonly id: CaseId;
  readonly suite: SuiteId;
  readonly summary: string;
  readonly claims: readonly ClaimId[];
  readonly image: string;
  readonly platform: string;
  readonly firmware: Firmware;
  readonly cost: TopologyCost;
  readonly locks: readonly string[];
}

/** A suite that was selected and will not run, decided before anything boots. */
export interface Exclusion {
  readonly suite: SuiteId;
  readonly reason: string;
}

/** One of `count` parts of a plan that together are the whole of it; `index` counts from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export interface Plan {
  readonly seed: number;
  readonly cases: readonly Case[];
  readonly excluded: readonly Exclusion[];
}

/** What may be occupied at one time by all machines together. */
export interface Budget {
  readonly memoryMiB: number;
  readonly vcpus: number;
}
