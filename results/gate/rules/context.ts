/**
 * What rules are judged on, computed once for all of them.
 */

import type { SuiteId } from '../../../harness/model/ids.js';
import type { CellStatus, Cells } from '../cells.js';
import type { Evidence } from '../evidence.js';
import type { Measure } from '../measure.js';
import type { Edge, Policy } from '../policy-schema.js';
import type { GateFinding } from '../rule-result.js';
import type { RuleKind, RuleOf } from '../rule-schema.js';
import type { RunEvidence } from '../run-evidence.js';

/** The evidence that counts, and its parts as rules want them. */
export interface RuleContext {
  readonly policy: Policy;
  readonly policyDigest: string;
  readonly edge: Edge;
  readonly evidence: Evidence;
  /** Of the candidate's own images, fresh enough. */
  readonly runs: readonly RunEvidence[];
  /** Of these, and of older ones what failed. */
  readonly cells: Cells;
  /** What the candidate is compared with; undefined for the first release of a channel. */
  readonly measure: Measure | undefined;
  /** Of the measure, as far as they may be compared with. */
  readonly baselineRuns: readonly RunEvidence[];
  /** Of other code, or parts of runs: they excuse nothing. */
  readonly baselineRest: readonly RunEvidence[];
  readonly baselineCells: Cells;
  /** What each release came to, oldest first, the candidate last. */
  readonly releases: () => readonly PastRelease[];
  readonly inventory: ReadonlySet<SuiteId>;
  readonly now: Date;
}

/** A release and how each cell stood in it. */
export interface PastRelease {
  readonly version: string;
  /** By the names of the cells. */
  readonly statuses: ReadonlyMap<string, CellStatus>;
}

/** What a rule found, and one line on what it looked at. */
export interface Judgement {
  readonly summary: string;
  readonly findings: readonly GateFinding[];
}

/** Judges by one rule. Pure. */
export type Judge<Kind extends RuleKind> = (rule: RuleOf<Kind>, context: RuleContext) => Judgement;
