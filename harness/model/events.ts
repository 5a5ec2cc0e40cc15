/**
 * The event log's vocabulary. The log is the only output of a run; everything else is folded from
 * it, so an event says what happened and never what to think of it.
 */

import type { HostFacts } from './host.js';
import type { CaseId, RunId } from './ids.js';
import type { Finding } from './log-pattern.js';
import type { NetworkEvent } from './network.js';
import type { Failure, Outcome, Phase } from './outcome.js';
import type { Budget, Case, Exclusion, Shard } from './plan.js';
import type { BootReport, CommandReport, MachineLoss, ResourceUsage } from './platform.js';
import type { ExpectedPattern } from './suite.js';

/** The schema version of events and record that this code reads and writes. */
export const recordSchema = 2;

/** What is recorded of the image under test. */
export interface ImageIdentity {
  readonly name: string;
  readonly osName: string;
  readonly channel: string;
  readonly version: string;
  readonly arch: string;
  readonly sha256: string;
  readonly origin: string;
}

/** A release that the suites of a run could update to; its digest is lower-case hexadecimal SHA-256. */
export interface OfferedRelease {
  readonly name: string;
  readonly version: string;
  readonly payloadSha256: string;
}

/** A run whose events are part of another one's log, and the digest of its own log's end. */
export interface MergedRun {
  readonly run: RunId;
  readonly lines: number;
  readonly digest: string;
}

/** How the host fared since the sample before; what its kernel does not tell is absent. */
export interface LoadSample {
  /** Share of the processors' time that was used: 1 is all of them. */
  readonly cpuBusy?: number;
  /** Share of the time in which some task waited for a processor, for memory, or for a disk (PSI). */
  readonly cpuStalled?: number;
  readonly memoryStalled?: number;
  /** Absent in records of before it was recorded. */
  readonly ioStalled?: number;
  /** Tasks that ran or could have run at the moment of the sample. */
  readonly runnable?: number;
  readonly memoryAvailableMiB?: number;
}

interface AttemptEvent {
  readonly case: CaseId;
  /** Counts from 1. */
  readonly attempt: number;
}

/** A file beside the image that came with another image. */
export interface LentExtra {
  readonly name: string;
  readonly sha256: string;
  readonly lentBy: string;
}

/** What happened, without its time. */
export type RunEvent =
  | {
      readonly kind: 'run-started';
      readonly schema: number;
      readonly run: RunId;
      readonly version: string;
      /** See `RunRecord`. */
      readonly code?: string;
      readonly argv: readonly string[];
      readonly seed: number;
      readonly image: ImageIdentity;
      readonly platform: string;
      readonly host: HostFacts;
      /** What all machines together may occupy; absent in logs of before it was recorded. */
      readonly budget?: Budget;
      /** Absent when there were none. */
      readonly releases?: readonly OfferedRelease[];
      /** What the image was lent by another; absent when it was nothing. */
      readonly lent?: readonly LentExtra[];
      /** The part of the plan that this run is; absent when it is the whole. */
      readonly shard?: Shard;
      /** The runs that this one was put together from; absent when it ran itself. */
      readonly merged?: readonly MergedRun[];
    }
  | { readonly kind: 'case-planned'; readonly planned: Case }
  | { readonly kind: 'case-excluded'; readonly excluded: Exclusion }
  | ({ readonly kind: 'attempt-started' } & AttemptEvent)
  | ({ readonly kind: 'machine-ready'; readonly boot: BootReport } & AttemptEvent)
  | ({
      readonly kind: 'machine-phase';
      readonly machine: string;
      readonly phase: Phase;
    } & AttemptEvent)
  | ({ readonly kind: 'machine-command'; readonly machine: string } & CommandReport & AttemptEvent)
  | ({
      readonly kind: 'machine-qmp';
      readonly machine: string;
      readonly event: string;
    } & AttemptEvent)
  /** The machine is gone in the middle of its suite, by the suite's will. */
  | ({
      readonly kind: 'machine-lost';
      readonly machine: string;
      readonly how: MachineLoss;
    } & AttemptEvent)
  /** It was switched on again, and is ready. */
  | ({ readonly kind: 'machine-returned'; readonly machine: string } & AttemptEvent)
  /** What the network of a cluster saw; names and the time that machines ask for are left out. */
  | ({ readonly kind: 'network'; readonly event: NetworkEvent } & AttemptEvent)
  | ({
      readonly kind: 'step-started';
      readonly step: number;
      readonly parent?: number;
      readonly title: string;
    } & AttemptEvent)
  | ({ readonly kind: 'step-ended'; readonly step: number; readonly ok: boolean } & AttemptEvent)
  | ({ readonly kind: 'attached'; readonly name: string; readonly file: string } & AttemptEvent)
  /** The suite took a release of the run, by its name, to update machines to; once for each. */
  | ({ readonly kind: 'release-taken'; readonly name: string } & AttemptEvent)
  /** A pattern of the catalogue was seen on a machine. */
  | ({ readonly kind: 'finding' } & Finding & AttemptEvent)
  /** The suite expects a pattern that nobody saw. */
  | ({ readonly kind: 'expectation-unmet' } & ExpectedPattern & AttemptEvent)
  /** This attempt booted cold what the one before it had forked, and came to something else. */
  | ({
      readonly kind: 'fork-disagreed';
      readonly fork: Outcome;
      readonly cold: Outcome;
    } & AttemptEvent)
  | ({
      readonly kind: 'attempt-ended';
      readonly outcome: Outcome;
      readonly durationMs: number;
      readonly failure?: Failure;
      readonly skipped?: string;
      /** Absent when no machine came up or the platform can't measure. */
      readonly usage?: ResourceUsage;
    } & AttemptEvent)
  | ({ readonly kind: 'cleanup-failed'; readonly failure: Failure } & AttemptEvent)
  | ({ readonly kind: 'host-load' } & LoadSample)
  | { readonly kind: 'run-ended'; readonly interrupted: boolean };

/** One line of the log. `seq` counts from 0 without holes; `at` is UTC in milliseconds. */
export type LoggedEvent = RunEvent & { readonly seq: number; readonly at: string };

/** Where execution and the platform's observers put events. */
export interface EventSink {
  append(event: RunEvent): void;
}
