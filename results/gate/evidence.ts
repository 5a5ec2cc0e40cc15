/**
 * What the gate is given to judge by: the candidate, what runs of suites came to, and what was seen of
 * it elsewhere. Plain values, small enough for years of history; statuses are not among them, since
 * they follow from the outcomes.
 */

import type { SuiteId } from '../../harness/model/ids.js';
import type { Outcome, Phase } from '../../harness/model/outcome.js';

/** What is to be promoted. Digests are lower-case hexadecimal SHA-256. */
export interface Candidate {
  /** os-release's `NAME`: evidence of another system is none. */
  readonly osName: string;
  readonly version: string;
  /** Of the candidate itself, before its promotion. */
  readonly channel: string;
  readonly images: readonly CandidateImage[];
  /** Who made the release, and may not approve it. */
  readonly author: string;
  readonly security: boolean;
  /** When it came out in its channel, ISO 8601. */
  readonly publishedAt: string;
  /** Releases of the channels before that this one was rebuilt from, oldest first. */
  readonly lineage: readonly Ancestor[];
}

export interface CandidateImage {
  readonly arch: string;
  readonly sha256: string;
  readonly payloadSha256: string;
}

export interface Ancestor {
  readonly version: string;
  readonly channel: string;
  readonly publishedAt: string;
}

/** What it was rebuilt from within its branch: releases of other branches say nothing of it. */
export function relatedTo({ version, lineage }: Candidate): readonly Ancestor[] {
  const [branch] = version.split('.');
  return lineage.filter((one) => one.version.split('.')[0] === branch);
}

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
  readonly osName: string;
  readonly version: string;
  readonly channel: string;
  readonly platform: string;
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

/** How far a row of statements went when the gate last judged by it. */
export interface KnownRun {
  /** A runner, or the row of a person's reports, see {@link rowOfReports}. */
  readonly runner: string;
  readonly sequence: number;
  readonly statement: string;
}

/** A statement that stands in no row: once it was judged by, it must stay. */
export interface KnownStatement {
  /** Which folder, and whose. */
  readonly row: string;
  readonly statement: string;
  /** When it was signed, as it says. */
  readonly at: string;
}

/** A suite's outcomes in one run of the past. */
export interface HistoryEntry {
  readonly suite: SuiteId;
  /** Histories of before there were these lack them. */
  readonly run?: string;
  readonly at: string;
  readonly imageSha256: string;
  /** As a run's: entries of another system count nothing. */
  readonly osName: string;
  readonly arch: string;
  readonly passed: number;
  readonly failed: number;
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

/** One file of a release as its server has it. */
export interface AssetEvidence {
  readonly name: string;
  readonly problem?: string;
}

/** What somebody found who looked at everything that belongs to a release. */
export interface AssetReport {
  readonly version: string;
  readonly at: string;
  readonly assets: readonly AssetEvidence[];
}

/** A statement and the digests that it is about: a version may be made again with other bytes. */
export interface Bound {
  readonly subjects: readonly string[];
}

/** How machines in the field fare, at one time. */
export interface CanaryReport {
  readonly source: string;
  readonly version: string;
  readonly at: string;
  readonly instances: number;
  readonly failed: number;
  /** Since the first of them has it. */
  readonly hours: number;
  /** Why they failed, the most frequent first. */
  readonly errors?: readonly { readonly reason: string; readonly machines: number }[];
  /** The same of the release before, at the same age. */
  readonly baseline: {
    readonly version: string;
    readonly instances: number;
    readonly failed: number;
  };
}

/** What somebody says who tried a release; without a problem it is well. */
export interface HumanReport {
  readonly reporter: string;
  /** Counts from 1 for each reporter. */
  readonly sequence: number;
  /** The digest of the signed statement. */
  readonly statement: string;
  readonly version: string;
  /** The images that were tried, see `candidateDigest`. */
  readonly candidate: string;
  readonly at: string;
  readonly problem?: string;
}

/** What the row of a person's reports is called; no runner has a name with spaces. */
export function rowOfReports(reporter: string): string {
  return `reports of ${reporter}`;
}

/** Somebody wants it, and what exactly. */
export interface Approval {
  readonly approver: string;
  readonly version: string;
  readonly to: string;
  /** The candidate's images, see `candidateDigest`. */
  readonly candidate: string;
  readonly policy: string;
  readonly at: string;
}

/** The policy that the ledger has accepted, and whose consent another one needs. */
export interface PolicyPin {
  readonly digest: string;
  /** The number of the record that accepted it; none while the ledger is empty. */
  readonly record?: number;
  /** Who may approve the next, and how many of them must. */
  readonly approvers: readonly string[];
  readonly count: number;
}

/** Everything, about one candidate and one edge. */
export interface Evidence {
  readonly candidate: Candidate;
  /** The suites that there are. */
  readonly inventory: readonly SuiteId[];
  readonly runs: readonly SignedRun[];
  /** What the target channel has now; undefined for its first release. */
  readonly baseline?: Baseline;
  /** Releases that are described, by whom the candidate may be updated from. */
  readonly releases: readonly KnownRelease[];
  /** What the ledger says of the channels, oldest first. */
  readonly promotions: readonly PastPromotion[];
  /** What the ledger says is not to be promoted any more, oldest first. */
  readonly revocations: readonly Revocation[];
  /** The last of each row that the ledger knows: none of them may be gone. */
  readonly knownRuns: readonly KnownRun[];
  /** The reports on canaries and files that there are, and those that the ledger knows. */
  readonly statements?: readonly KnownStatement[];
  readonly knownStatements?: readonly KnownStatement[];
  /** None in inputs of a time when nothing was pinned. */
  readonly pin?: PolicyPin;
  readonly history?: SignedHistory;
  readonly assets?: AssetReport & Bound;
  readonly canaries: readonly (CanaryReport & Bound)[];
  /** In the order of each reporter. */
  readonly reports: readonly HumanReport[];
  readonly approvals: readonly Approval[];
}

/** A version and the images that it is. */
export interface KnownRelease {
  readonly version: string;
  readonly images: readonly CandidateImage[];
}

/** A release that was signed into a channel. */
export interface PastPromotion {
  readonly version: string;
  readonly channel: string;
  readonly at: string;
  /** It was there before the gate, which took note of it. */
  readonly isAdopted: boolean;
  /** The digests of its images and payloads. */
  readonly digests: readonly string[];
  /** The versions that it was rebuilt from, as its verdict has them; of an adopted one nobody knows. */
  readonly lineage: readonly string[];
}

/** A release of which it was signed that it is not to be promoted any more. */
export interface Revocation {
  readonly version: string;
  readonly reason: string;
  readonly at: string;
  /** The digests of its images and payloads. */
  readonly digests: readonly string[];
}

export interface Baseline extends KnownRelease {
  readonly runs: readonly SignedRun[];
}
