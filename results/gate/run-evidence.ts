/**
 * What runs of suites came to, now and in the past, as their runners attest it. Statuses are not among
 * it, since they follow from the outcomes.
 */

import type { SuiteId } from '../../harness/model/ids.js';
import type { Outcome, Phase } from '../../harness/model/outcome.js';
import type { SuiteOutcomes } from '../suite-outcomes.js';
import type { KnownRelease } from './candidate.js';

/** Why an attempt did not pass, as waivers and history know it. */
export interface Cause {
  /** See `failure-signature.ts`. */
  readonly signature: string;
  readonly code: string;
  readonly phase: Phase;
  readonly text: string;
}

export interface AttemptEvidence {
  readonly outcome: Outcome;
  readonly cause?: Cause;
  /** From power on to the first answer, of machines that booted cold. */
  readonly bootMs?: readonly number[];
  readonly memoryMiB?: number;
  /** Digests of the payloads that the suite took; absent when it took none. */
  readonly payloads?: readonly string[];
}

export interface CaseEvidence {
  readonly id: string;
  readonly suite: SuiteId;
  readonly platform: string;
  readonly firmware: string;
  /** Oldest first; none for a case that was planned and never ran. */
  readonly attempts: readonly AttemptEvidence[];
}

/** A release that machines of a run were updated to. */
export interface UpdateTarget {
  readonly version: string;
  readonly payloadSha256: string;
}

/** One run, as its runner attests it. */
export interface RunEvidence {
  readonly run: string;
  /** The digest of its record. */
  readonly record: string;
  /** Of Switchyard and its suites, see `RunRecord`. */
  readonly code?: string;
  readonly osName: string;
  readonly version: string;
  readonly channel: string;
  readonly platform: string;
  /** `kvm` or `tcg`. */
  readonly accelerator?: string;
  readonly arch: string;
  readonly imageSha256: string;
  readonly updatesTo: readonly UpdateTarget[];
  readonly startedAt: string;
  /** Absent when it never ended. */
  readonly endedAt?: string;
  readonly interrupted: boolean;
  /** `1/4`, when the run is a part that was not put together with the others. */
  readonly shard?: string;
  /** The runs that it was put together from, if it was. */
  readonly parts?: readonly string[];
  readonly cases: readonly CaseEvidence[];
  readonly excluded: readonly { readonly suite: SuiteId; readonly reason: string }[];
}

/** A run, who signed for it, and its place among all that this runner signed for. */
export interface SignedRun {
  readonly runner: string;
  /** Counts from 1 for each runner. */
  readonly sequence: number;
  /** The digest of the signed statement. */
  readonly statement: string;
  readonly evidence: RunEvidence;
}

/** A suite's outcomes in one run of the past. Without its code it is of one that no policy names. */
export interface HistoryEntry extends Omit<SuiteOutcomes, 'run'> {
  /** Histories of before there were these lack them. */
  readonly run?: string;
}

/** What suites came to in the past, as a runner attests it. */
export interface History {
  readonly at: string;
  readonly days: number;
  readonly entries: readonly HistoryEntry[];
}

export interface SignedHistory extends History {
  /** The digest of the signed statement. */
  readonly statement: string;
}

export interface Baseline extends KnownRelease {
  readonly runs: readonly SignedRun[];
}
