/**
 * What the gate is given to judge by: the candidate, what runs of suites came to, and what was seen of
 * it elsewhere. Plain values, small enough for years of history.
 */

import type { SuiteId } from '../../harness/model/ids.js';
import type { Candidate, KnownRelease } from './candidate.js';
import type {
  Approval,
  AssetReport,
  Authorship,
  Bound,
  CanaryReport,
  HumanReport,
} from './field-evidence.js';
import type { Baseline, SignedHistory, SignedRun } from './run-evidence.js';

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
  /** The last word of each auditor on the candidate. */
  readonly audits: readonly (AssetReport & Bound)[];
  readonly canaries: readonly (CanaryReport & Bound)[];
  /** In the order of each reporter. */
  readonly reports: readonly HumanReport[];
  readonly approvals: readonly Approval[];
  /** Who says to have made the candidate; none where the policy asks nobody. */
  readonly authorships?: readonly Authorship[];
  /** The digests of the statements that the last five were read from, in their order, by their folder. */
  readonly sources: FieldSources;
}

/** What is said of a release outside the runs of suites, by the folder that has the statements. */
export type FieldFolder = 'approvals' | 'authorships' | 'assets' | 'canaries' | 'reports';

/** None where the policy asks nobody. */
export type FieldSources = Readonly<Partial<Record<FieldFolder, readonly string[]>>>;

/** How far a row of statements went when the gate last judged by it. */
export interface KnownRun {
  /** A runner, or the row of a person's reports, see `rowOfReports`. */
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

/** The policy that the ledger has accepted, and whose consent another one needs. */
export interface PolicyPin {
  readonly digest: string;
  /** The number of the record that accepted it; none while the ledger is empty. */
  readonly record?: number;
  /** Who may approve the next, and how many of them must. */
  readonly approvers: readonly string[];
  readonly count: number;
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
