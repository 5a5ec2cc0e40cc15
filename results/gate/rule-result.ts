/**
 * What one rule of a policy came to, with a reason for everything that is not as it should be.
 */

import type { RuleKind } from './rule-schema.js';

/**
 * `WAIVED`: every failure is excused; `PENDING`: time or somebody will tell; `INCONCLUSIVE`: evidence
 * is missing; `ERROR`: what there is can't be believed.
 */
export type RuleStatus = 'PASS' | 'WAIVED' | 'FAIL' | 'PENDING' | 'INCONCLUSIVE' | 'ERROR';

/** Failures among attempts, and between which shares of all they may really be (each bound 95 %). */
export interface FailureRate {
  readonly failed: number;
  readonly trials: number;
  readonly low: number;
  readonly high: number;
}

/** One thing that is not as the rule wants it. */
export interface GateFinding {
  /** What it is about: a suite where one is to blame. */
  readonly subject: string;
  readonly expected: string;
  readonly seen: string;
  readonly status: Exclude<RuleStatus, 'PASS' | 'WAIVED'>;
  /** Of the failure; without it nothing can be waived. */
  readonly signature?: string;
  /** The run to look into. */
  readonly run?: string;
  /** Its report, at the case in question, seen from the directory of the runs. */
  readonly report?: string;
  /** The first release in which it was bad, since when it was never good. */
  readonly firstBad?: string;
  readonly rate?: FailureRate;
  /** The file of the waiver that excuses it. */
  readonly waivedBy?: string;
}

export interface RuleResult {
  readonly rule: string;
  readonly kind: RuleKind | 'integrity' | 'reports' | 'revocations' | 'waivers';
  readonly status: RuleStatus;
  /** What was looked at, in one line. */
  readonly summary: string;
  readonly findings: readonly GateFinding[];
}

/** The worst first. */
const order: readonly RuleStatus[] = ['ERROR', 'FAIL', 'INCONCLUSIVE', 'PENDING', 'WAIVED', 'PASS'];

/** The worst of the statuses; PASS when there is none. */
export function worstOf(statuses: readonly RuleStatus[]): RuleStatus {
  return order.find((status) => statuses.includes(status)) ?? 'PASS';
}

/** What the findings come to; one that is waived counts as that. */
export function statusOf(findings: readonly GateFinding[]): RuleStatus {
  return worstOf(findings.map(({ status, waivedBy }) => (waivedBy ? 'WAIVED' : status)));
}
