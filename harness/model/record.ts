/**
 * The record of a run: what the event log folds to, and all that reports and the gate may read.
 */

import type { ImageIdentity, OfferedRelease } from './events.js';
import type { HostFacts } from './host.js';
import type { RunId } from './ids.js';
import type { Finding } from './log-pattern.js';
import type { CaseStatus, Failure, Outcome, RunVerdict } from './outcome.js';
import type { Budget, Case, Exclusion, Shard } from './plan.js';
import type { BootReport, ResourceUsage } from './platform.js';
import type { ExpectedPattern } from './suite.js';

export interface StepRecord {
  readonly step: number;
  readonly parent?: number;
  readonly title: string;
  readonly startedAt: string;
  /** Undefined when the step never ended. */
  readonly endedAt?: string;
  readonly ok?: boolean;
}

export interface AttemptRecord {
  readonly attempt: number;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly durationMs?: number;
  /** `cancelled` when the log ends before the attempt did. */
  readonly outcome: Outcome;
  readonly failure?: Failure;
  readonly skipped?: string;
  readonly usage?: ResourceUsage;
  readonly boots: readonly BootReport[];
  readonly steps: readonly StepRecord[];
  readonly findings: readonly Finding[];
  /** What the suite expected and nobody saw. */
  readonly unmetExpectations: readonly ExpectedPattern[];
  readonly attachments: readonly { readonly name: string; readonly file: string }[];
  /** Names of releases that the suite took; undefined when it took none. */
  readonly releases?: readonly string[];
  readonly cleanupFailures: readonly Failure[];
}

export interface CaseRecord extends Case {
  readonly status: CaseStatus;
  readonly attempts: readonly AttemptRecord[];
}

export interface RunRecord {
  readonly schema: number;
  readonly run: RunId;
  readonly version: string;
  /** SHA-256 over the sources of Switchyard and its suites; undefined when the launcher did not build them. */
  readonly code?: string;
  readonly argv: readonly string[];
  readonly seed: number;
  readonly startedAt: string;
  /** Undefined when the run never said that it ended. */
  readonly endedAt?: string;
  readonly interrupted: boolean;
  readonly image: ImageIdentity;
  readonly platform: string;
  readonly host: HostFacts;
  /** What all machines together might occupy; undefined in records of before it was recorded. */
  readonly budget?: Budget;
  /** What machines could be updated to; undefined when there was nothing. */
  readonly releases?: readonly OfferedRelease[];
  /** Undefined when the run was not one part of several. */
  readonly shard?: Shard;
  /** The runs that this one was put together from, if it was. */
  readonly merged?: readonly RunId[];
  readonly cases: readonly CaseRecord[];
  readonly excluded: readonly Exclusion[];
  readonly counts: Readonly<Record<CaseStatus, number>>;
  readonly verdict: RunVerdict;
  /** What reading the log had to put up with, such as a torn last line. */
  readonly notes: readonly string[];
}
