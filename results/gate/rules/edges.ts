/**
 * `edges`: machines of the versions that are in the field were updated to the candidate, and came back.
 */

import picomatch from 'picomatch';
import type { CandidateImage, KnownRelease } from '../candidate.js';
import { type Cell, cellName, cellsOf, statusOfCell } from '../cells.js';
import { freshness } from '../fresh-runs.js';
import type { GateFinding } from '../rule-result.js';
import type { RunEvidence } from '../run-evidence.js';
import { aboutFailure, failuresByCause, whyOf } from './about-cell.js';
import type { Judge, RuleContext } from './context.js';

/**
 * A run proves an edge when its machines began with the very image of that version and were given this
 * payload.
 */
export const judgeEdges: Judge<'edges'> = (rule, context) => {
  const { candidate, baseline } = context.evidence;
  const versions = rule.from.flatMap((version) => {
    if (version !== 'previous') return [version];
    return baseline ? [baseline.version] : [];
  });
  const findings = versions.flatMap((version) => {
    const release = releaseOf(version, context);
    if (release === undefined) return [unknownRelease(version)];
    return candidate.images.flatMap((to) =>
      judgeUpdate(release, to, { cases: rule.cases, context }),
    );
  });
  return { summary: `updates from ${versions.join(', ') || 'nowhere'}`, findings };
};

function releaseOf(version: string, { evidence }: RuleContext): KnownRelease | undefined {
  const { baseline, releases } = evidence;
  return [...(baseline ? [baseline] : []), ...releases].find((one) => one.version === version);
}

function unknownRelease(version: string): GateFinding {
  const expected = `a file candidates/${version}.yaml that names its images`;
  return { subject: version, expected, seen: 'none', status: 'INCONCLUSIVE' };
}

function judgeUpdate(
  { version, images }: KnownRelease,
  { arch, payloadSha256 }: CandidateImage,
  { cases, context }: { readonly cases: readonly string[]; readonly context: RuleContext },
): GateFinding[] {
  const digests = images.filter((one) => one.arch === arch).map(({ sha256 }) => sha256);
  // Its own version too: the file that names the images of an old release is signed by nobody.
  const runs = ownRuns(context).filter((run) => {
    const isTo = run.updatesTo.some((to) => to.payloadSha256 === payloadSha256);
    return isTo && run.version === version && digests.includes(run.imageSha256);
  });
  const isFresh = freshness(context);
  const isProof = (run: RunEvidence) => run.endedAt !== undefined && isFresh(run);
  const proofs = runs.filter(isProof);
  const rest = runs.filter((run) => !isProof(run));
  const cells = [...cellsOf(proofs, rest).values()];
  const subject = `the update from ${version} on ${arch}`;
  return cases.flatMap((glob) => {
    const suites = meantSuites(glob, { cells, proofs, context });
    if (suites.length === 0) return [unproven(subject, `suites that match ${glob}`)];
    return suites.flatMap((suite) => {
      const own = cells.filter((cell) => cell.suite === suite);
      if (own.length === 0) return [unproven(subject, suite)];
      return own.flatMap((cell) => judgeCell(cell, subject, context));
    });
  });
}

/** All of the inventory, but what every run had a reason to leave out. */
function meantSuites(
  glob: string,
  parts: {
    readonly cells: readonly Cell[];
    readonly proofs: readonly RunEvidence[];
    readonly context: RuleContext;
  },
): readonly string[] {
  const ran = new Set<string>(parts.cells.map(({ suite }) => suite));
  const leftOut = new Set<string>(parts.proofs.flatMap((run) => run.excluded.map((e) => e.suite)));
  const all = [...new Set<string>([...parts.context.inventory, ...ran])].sort();
  const matches = picomatch(glob);
  return all.filter((suite) => matches(suite) && (ran.has(suite) || !leftOut.has(suite)));
}

function unproven(subject: string, by: string): GateFinding {
  return { subject, expected: `proven by ${by}`, seen: 'in no run', status: 'INCONCLUSIVE' };
}

function ownRuns({ evidence }: RuleContext): readonly RunEvidence[] {
  return evidence.runs
    .map((signed) => signed.evidence)
    .filter(({ osName }) => osName === evidence.candidate.osName);
}

function judgeCell(cell: Cell, update: string, context: RuleContext): GateFinding[] {
  const status = statusOfCell(cell);
  if (status === 'passed') return [];
  const finding = { subject: `${update}: ${cellName(cell)}`, expected: 'passed', seen: status };
  const causes = failuresByCause(cell);
  if (causes.length === 0) return [{ ...finding, status: 'INCONCLUSIVE' }];
  return causes.map((failed) => {
    const { firstBad: _, ...about } = aboutFailure(cell, failed, context);
    const signature = failed.cause && { signature: failed.cause.signature };
    const seen = `${status}: ${whyOf(failed)}`;
    return { ...finding, seen, status: 'FAIL', ...about, ...signature };
  });
}
