/**
 * What the ledger's entries state: a verdict with everything that somebody needs to defend it or to
 * doubt it, an adoption, a revocation. Copies stand beside digests, since files may go.
 */

import type { Candidate } from './candidate.js';
import type { GateRequest, GateVerdict } from './evaluate.js';
import type { Evidence, KnownRun, KnownStatement } from './evidence.js';
import { type Approval, type HumanReport, rowOfReports } from './field-evidence.js';
import { newlySeen } from './known-statements.js';
import { measureOf } from './measure.js';
import type { Subject } from './statement.js';
import type { Waiver } from './waiver.js';

/** A run that was judged by, and how to find its statement. */
export interface CitedRun extends KnownRun {
  readonly run: string;
  /** The digest of its record. */
  readonly record: string;
}

/** What a verdict's entry states, and a promotion's. */
export interface VerdictRecord {
  readonly verdict: GateVerdict;
  /** The digest of all that it was made from, kept in `inputs/`. */
  readonly inputs: string;
  /** The digest of the policy, which is the one that was accepted. */
  readonly policy?: string;
  readonly versions: {
    readonly candidate: string;
    /** What the channel had; `nothing` when it was empty. */
    readonly previous: string;
    /** What the candidate was rebuilt from, oldest first. */
    readonly lineage: readonly string[];
    readonly switchyard: string;
  };
  /** On the candidate's images, on those of the release before, or of what it is measured by. */
  readonly runs: readonly CitedRun[];
  /** The last of each runner, and of each person who reports. */
  readonly heads: readonly KnownRun[];
  /** Reports and a history that no record before has seen. */
  readonly seen?: readonly KnownStatement[];
  /** Those that excuse something, whole. */
  readonly waivers: readonly Waiver[];
  readonly canaries: Evidence['canaries'];
  readonly reports: readonly HumanReport[];
  readonly approvals: readonly Approval[];
}

/** Follows from the inputs alone, the version of Switchyard apart. */
export function recordOf(
  gate: GateRequest,
  verdict: GateVerdict,
  { inputs, switchyard }: { readonly inputs: string; readonly switchyard: string },
): VerdictRecord {
  const { candidate, baseline, approvals } = gate.evidence;
  const lineage = candidate.lineage.map(({ version }) => version);
  const related = new Set([candidate.version, ...lineage]);
  return {
    verdict,
    inputs,
    ...(gate.evidence.pin && { policy: verdict.digests.policy }),
    versions: {
      candidate: candidate.version,
      previous: baseline?.version ?? 'nothing',
      lineage,
      switchyard,
    },
    runs: citedRuns(gate),
    heads: headsOf(gate),
    ...(gate.evidence.knownStatements && { seen: newlySeen(gate.evidence) }),
    waivers: usedWaivers(gate, verdict),
    canaries: gate.evidence.canaries.filter(({ version }) => related.has(version)),
    reports: gate.evidence.reports.filter(({ version }) => related.has(version)),
    approvals: approvals.filter(({ version, to }) => {
      return version === candidate.version && to === gate.edge.to;
    }),
  };
}

function citedRuns({ evidence, edge }: GateRequest): readonly CitedRun[] {
  const { candidate, baseline, runs } = evidence;
  const images = [...candidate.images, ...(baseline?.images ?? [])];
  const measure = measureOf(evidence, edge.to)?.digests ?? [];
  const digests = new Set([...images.map(({ sha256 }) => sha256), ...measure]);
  const own = runs.filter(({ evidence: run }) => digests.has(run.imageSha256));
  return own.map(({ runner, sequence, statement, evidence: { run, record } }) => {
    return { run, record, runner, sequence, statement };
  });
}

function headsOf({ evidence }: GateRequest): readonly KnownRun[] {
  const heads = new Map<string, KnownRun>();
  const reports = evidence.reports.map(({ reporter, ...report }) => {
    return { ...report, runner: rowOfReports(reporter) };
  });
  for (const { runner, sequence, statement } of [...evidence.runs, ...reports]) {
    const known = heads.get(runner);
    if (known === undefined || known.sequence < sequence) {
      heads.set(runner, { runner, sequence, statement });
    }
  }
  return [...heads.values()];
}

function usedWaivers({ waivers }: GateRequest, { rules }: GateVerdict): readonly Waiver[] {
  const used = new Set(rules.flatMap(({ findings }) => findings.map(({ waivedBy }) => waivedBy)));
  return waivers.filter(({ file }) => used.has(file));
}

/** What the statement is about: every image and payload of a release. */
export function subjectsOf({
  version,
  images,
}: Pick<Candidate, 'version' | 'images'>): readonly Subject[] {
  return images.flatMap(({ arch, sha256, payloadSha256 }) => [
    { name: `${version}/${arch}/image`, sha256 },
    { name: `${version}/${arch}/payload`, sha256: payloadSha256 },
  ]);
}
