/**
 * `edges`: machines of the versions that are in the field were updated to the candidate, and came back.
 */

import picomatch from 'picomatch';
import type { SuiteId } from '../../../harness/model/ids.js';
import type { CandidateImage, KnownRelease } from '../candidate.js';
import { type Cell, cellName, statusOfCell } from '../cells.js';
import type { GateFinding } from '../rule-result.js';
import type { RuleOf } from '../rule-schema.js';
import type { RunEvidence } from '../run-evidence.js';
import { aboutFailureOver, besideOutcomes, failuresByCause, whereIs, whyOf } from './about-cell.js';
import type { Judge, PastRelease, RuleContext } from './context.js';
import { pastOfUpdate, runsOfUpdate } from './update-runs.js';

/** What proves an update is told by {@link runsOfUpdate}. */
export const judgeEdges: Judge<'edges'> = (rule, context) => {
  const { candidate, baseline } = context.evidence;
  const versions = rule.from.flatMap((version) => {
    if (version !== 'previous') return [version];
    return baseline ? [baseline.version] : [];
  });
  const judged = versions.flatMap((version) => {
    const release = releaseOf(version, context);
    if (release === undefined) return [{ notes: '', findings: [unknownRelease(version)] }];
    return candidate.images.map((to) => judgeUpdate(release, to, { rule, context }));
  });
  const notes = judged.map((one) => one.notes).join('');
  const summary = `updates from ${versions.join(', ') || 'nowhere'}${notes}`;
  return { summary, findings: judged.flatMap(({ findings }) => findings) };
};

function releaseOf(version: string, { evidence }: RuleContext): KnownRelease | undefined {
  const { baseline, releases } = evidence;
  return [...(baseline ? [baseline] : []), ...releases].find((one) => one.version === version);
}

function unknownRelease(version: string): GateFinding {
  const expected = `a file candidates/${version}.yaml that names its images`;
  return { subject: version, expected, seen: 'none', status: 'INCONCLUSIVE' };
}

/** What one update came to; the notes go on from a summary. */
interface JudgedUpdate {
  readonly findings: readonly GateFinding[];
  readonly notes: string;
}

interface Update {
  /** How findings name it. */
  readonly subject: string;
  /** What the runs of it came to. */
  readonly cells: readonly Cell[];
  /** Suites that it left out, with the reason. */
  readonly leftOut: ReadonlyMap<SuiteId, string>;
  /** How the same update stood to the releases before: only a failure asks. */
  readonly past: () => readonly PastRelease[];
}

function judgeUpdate(
  from: KnownRelease,
  to: CandidateImage,
  { rule, context }: { readonly rule: RuleOf<'edges'>; readonly context: RuleContext },
): JudgedUpdate {
  const { cases, excluded = [] } = rule;
  const { proofs, cells } = runsOfUpdate({ from, to }, context);
  const subject = `the update from ${from.version} on ${to.arch}`;
  const past = () => pastOfUpdate({ from, to }, cells, context);
  const update = { subject, cells, leftOut: leftOutBy(proofs, cells), past };
  const isMeant = picomatch([...cases]);
  const isNamed = isOneOf(excluded.map(({ suite }) => suite));
  const findings = cases.flatMap((glob) => judgeGlob(glob, update, context));
  const unnamed = [...update.leftOut].filter(([suite]) => isMeant(suite) && !isNamed(suite));
  return {
    findings: [...findings, ...unnamed.map(([suite, why]) => leftOutOf(subject, suite, why))],
    notes: notesOn(update, isMeant),
  };
}

/** No glob picks nothing. */
function isOneOf(globs: readonly string[]): (suite: string) => boolean {
  const matchers = globs.map((glob) => picomatch(glob));
  return (suite) => matchers.some((matches) => matches(suite));
}

/** Who runs decides what is left out, by the host, the options and what is given to it. */
function leftOutOf(subject: string, suite: SuiteId, why: string): GateFinding {
  const expected = `proven by ${suite}, or the rule's \`excluded\` to name it`;
  return { subject, expected, seen: `left out by every run: ${why}`, status: 'INCONCLUSIVE' };
}

function judgeGlob(glob: string, update: Update, context: RuleContext): GateFinding[] {
  const { subject, cells, leftOut } = update;
  const known = new Set([...context.inventory, ...cells.map(({ suite }) => suite)]);
  const matches = picomatch(glob);
  const suites = [...known].filter((suite) => matches(suite) && !leftOut.has(suite)).sort();
  if (suites.length === 0) return [idle(glob, update, matches)];
  return suites.flatMap((suite) => {
    const own = cells.filter((cell) => cell.suite === suite);
    if (own.length === 0) return [unproven(subject, suite)];
    return own.flatMap((cell) => judgeCell(cell, update));
  });
}

function notesOn({ subject, cells, leftOut }: Update, isMeant: (suite: string) => boolean): string {
  const reasons = [...leftOut]
    .filter(([suite]) => isMeant(suite))
    .map(([suite, why]) => `${suite} (${why})`);
  const left = reasons.length > 0 ? `; left out of ${subject}: ${reasons.join(', ')}` : '';
  return left + besideOutcomes(cells.filter(({ suite }) => isMeant(suite)));
}

/** Suites that every one of the runs had a reason to leave out, with the reason. */
function leftOutBy(
  runs: readonly RunEvidence[],
  cells: readonly Cell[],
): ReadonlyMap<SuiteId, string> {
  const [first, ...others] = runs;
  const ran = new Set(cells.map(({ suite }) => suite));
  const inAll = (first?.excluded ?? []).filter(({ suite }) => {
    return (
      !ran.has(suite) && others.every((run) => run.excluded.some((one) => one.suite === suite))
    );
  });
  return new Map(inAll.map(({ suite, reason }) => [suite, reason]));
}

/** The reason of one suite is as good as those of all. */
function idle(
  glob: string,
  { subject, leftOut }: Update,
  matches: (suite: string) => boolean,
): GateFinding {
  const finding = unproven(subject, `suites that match ${glob}`);
  const reason = [...leftOut].find(([suite]) => matches(suite))?.[1];
  return reason === undefined ? finding : { ...finding, seen: `all were left out: ${reason}` };
}

function unproven(subject: string, by: string): GateFinding {
  return { subject, expected: `proven by ${by}`, seen: 'in no run', status: 'INCONCLUSIVE' };
}

function judgeCell(cell: Cell, { subject, past }: Update): GateFinding[] {
  const status = statusOfCell(cell);
  if (status === 'passed') return [];
  const finding = { subject: `${subject}: ${cellName(cell)}`, expected: 'passed', seen: status };
  const causes = failuresByCause(cell);
  if (causes.length === 0) {
    const last = cell.attempts.at(-1);
    return [{ ...finding, status: 'INCONCLUSIVE', ...(last && whereIs(last)) }];
  }
  const releases = past();
  return causes.map((failed) => {
    const about = aboutFailureOver(releases, cell, failed);
    const signature = failed.cause && { signature: failed.cause.signature };
    const seen = `${status}: ${whyOf(failed)}`;
    return { ...finding, seen, status: 'FAIL', ...about, ...signature };
  });
}
