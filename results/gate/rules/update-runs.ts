/**
 * Which runs tell of an update from one release to another, what came of it, and how the same update went
 * to the releases before. What is to be made of that is the business of the rule `edges`.
 */

import type { CandidateImage, KnownRelease } from '../candidate.js';
import { type Cell, cellName, cellsOf, statusOfCell } from '../cells.js';
import { countsFully } from '../fresh-runs.js';
import type { RunEvidence } from '../run-evidence.js';
import { compare } from '../waiver.js';
import type { PastRelease, RuleContext } from './context.js';

/** From an image of which release, to the payload of which image. */
export interface Way {
  readonly from: KnownRelease;
  readonly to: CandidateImage;
}

/** What runs of an update came to. */
export interface UpdateRuns {
  /** Those that may prove it. */
  readonly proofs: readonly RunEvidence[];
  readonly cells: readonly Cell[];
}

/**
 * A run proves an update when its machines began with the very image of that version and were given this
 * payload; a suite that took another one of the run's proves nothing of this one. Of runs that are not fresh
 * and whole only failures count.
 */
export function runsOfUpdate(way: Way, context: RuleContext): UpdateRuns {
  const runs = runsGiven(way, context);
  const counts = countsFully(context);
  const isProof = (run: RunEvidence) => run.endedAt !== undefined && counts(run);
  const proofs = runs.filter(isProof);
  const rest = runs.filter((run) => !isProof(run));
  return { proofs, cells: cellsOfUpdate(way, proofs, rest) };
}

/**
 * How the same update stood to each release that is described and earlier than the candidate, oldest first;
 * the candidate, of which `cells` tell, is the last.
 */
export function pastOfUpdate(
  { from, to }: Way,
  cells: readonly Cell[],
  context: RuleContext,
): readonly PastRelease[] {
  const { candidate, releases } = context.evidence;
  const before = releases.filter(({ version }) => compare(version, candidate.version) < 0);
  const past = before
    .sort((a, b) => compare(a.version, b.version))
    .flatMap(({ version, images }) => {
      const image = images.find(({ arch }) => arch === to.arch);
      if (image === undefined) return [];
      const way = { from, to: image };
      return [standing(version, cellsOfUpdate(way, runsGiven(way, context)))];
    });
  return [...past, standing(candidate.version, cells)];
}

function standing(version: string, cells: readonly Cell[]): PastRelease {
  return { version, statuses: new Map(cells.map((cell) => [cellName(cell), statusOfCell(cell)])) };
}

function runsGiven({ from, to }: Way, { evidence }: RuleContext): readonly RunEvidence[] {
  const digests = from.images.filter(({ arch }) => arch === to.arch).map(({ sha256 }) => sha256);
  const { osName } = evidence.candidate;
  // Its own version too: the file that names the images of an old release is signed by nobody.
  return evidence.runs
    .map((signed) => signed.evidence)
    .filter((run) => {
      const isTo = run.updatesTo.some((one) => one.payloadSha256 === to.payloadSha256);
      const isFrom = run.version === from.version && digests.includes(run.imageSha256);
      return run.osName === osName && isTo && isFrom;
    });
}

function cellsOfUpdate(
  { to }: Way,
  runs: readonly RunEvidence[],
  rest: readonly RunEvidence[] = [],
): readonly Cell[] {
  return [...cellsOf(runs, rest).values()].flatMap((cell) => cellOf(cell, to));
}

/** Without the attempts that took other payloads, if those are not all of them. */
function cellOf(cell: Cell, { payloadSha256 }: CandidateImage): readonly Cell[] {
  const attempts = cell.attempts.filter(
    ({ payloads }) => payloads?.includes(payloadSha256) ?? true,
  );
  return attempts.length === 0 && cell.attempts.length > 0 ? [] : [{ ...cell, attempts }];
}
