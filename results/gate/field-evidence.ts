/**
 * What was seen of a release outside the suites: on its server, in the field, by people.
 */

import { parseRunId } from '../../harness/model/ids.js';

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

/**
 * The digests that a statement is about, since a version may be made again with other bytes, and who signed
 * it: nobody takes back what another said.
 */
export interface Bound {
  readonly subjects: readonly string[];
  readonly by: string;
}

/** How machines in the field fare, at one time. */
export interface CanaryReport {
  readonly source: string;
  readonly version: string;
  readonly at: string;
  readonly instances: number;
  readonly failed: number;
  /** How many of them have had it for how long, rounded down, the longest first. */
  readonly ages: readonly { readonly hours: number; readonly machines: number }[];
  /** Why they failed, the most frequent first. */
  readonly errors?: readonly { readonly reason: string; readonly machines: number }[];
  /** The same of the release before, at the same age. */
  readonly baseline: {
    readonly version: string;
    readonly instances: number;
    readonly failed: number;
  };
}

/** How the source of a report is called that was made of a run's own canaries. */
export function sourceOfRun(run: string): string {
  return `run ${run}`;
}

/** The run of such a source; undefined for any other. */
export function runOfSource(source: string): string | undefined {
  const [, name = ''] = source.split(/^run /);
  return parseRunId(name);
}

/** What somebody says who tried a release; without a problem it is well. */
export interface HumanReport {
  readonly reporter: string;
  /** Counts from 1 for each reporter. */
  readonly sequence: number;
  /** The digest of the signed statement. */
  readonly statement: string;
  readonly version: string;
  /** The images that were tried, see `imagesDigest`. */
  readonly candidate: string;
  readonly at: string;
  readonly problem?: string;
}

/** What the row of a person's reports is called; no runner has a name with spaces. */
export function rowOfReports(reporter: string): string {
  return `reports of ${reporter}`;
}

/** Somebody made it, and says so of everything that is said of it. */
export interface Authorship {
  readonly author: string;
  readonly version: string;
  /** See `candidateDigest`. */
  readonly candidate: string;
  /** Its bytes alone, see `imagesDigest`. */
  readonly images: string;
  readonly at: string;
}

/** Somebody wants it, and what exactly. */
export interface Approval {
  readonly approver: string;
  readonly version: string;
  readonly to: string;
  /** The candidate's images, see `candidateDigest`. */
  readonly candidate: string;
  readonly policy: string;
  /** Digests of the waivers for this version that were there: what the approver of one consents to. */
  readonly waivers?: readonly string[];
  readonly at: string;
}
