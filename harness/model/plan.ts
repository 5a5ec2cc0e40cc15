/**
 * The plan: which cases will run, in which order, and which suites will not and why.
 */

import type { CaseId, ClaimId, SuiteId } from './ids.js';
import type { Firmware } from './image.js';
import type { TopologyCost } from './topology.js';

/** What earlier runs let expect of a case, from `harness/plan/learn-costs.ts`. */
export interface Forecast {
  readonly durationMs: number;
  /** Of the host, for all machines together; absent when it was never measured. */
  readonly memoryMiB?: number;
  /** Processors kept busy on average, a fraction; absent when it was never measured. */
  readonly vcpus?: number;
}

/** A suite × image × platform. */
export interface Case {
  readonly id: CaseId;
  readonly suite: SuiteId;
  readonly summary: string;
  readonly claims: readonly ClaimId[];
  readonly image: string;
  readonly platform: string;
  readonly firmware: Firmware;
  /** As the suite declares it. */
  readonly cost: TopologyCost;
  readonly locks: readonly string[];
  /** Which of several runs of the suite, from 2 on; absent for the first or only one. */
  readonly repeat?: number;
  /** Absent when no earlier run is known. */
  readonly forecast?: Forecast;
}

/** What tells the cases of a run apart once the image and the platform are given. */
export type CaseName = Pick<Case, 'suite'> & { readonly repeat?: number | undefined };

/** How a case is called where there is no room for its id: `area/name`, or `area/name#2`. */
export function nameOfCase({ suite, repeat }: CaseName): string {
  return repeat === undefined ? suite : `${suite}#${repeat}`;
}

/** A suite that was selected and will not run, decided before anything boots. */
export interface Exclusion {
  readonly suite: SuiteId;
  /** The one of several runs of the suite that is meant, from 2 on. */
  readonly repeat?: number;
  /** What it would have proven; absent in logs of before it was recorded. */
  readonly claims?: readonly ClaimId[];
  readonly reason: string;
  /** The part of the plan that has it instead, from 1. */
  readonly inShard?: number;
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
  /** How many cases may run at once; absent means as many as fit. */
  readonly jobs?: number;
}
