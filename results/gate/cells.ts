/**
 * What runs came to, cell by cell: a suite on an architecture, a platform and a firmware. All attempts
 * of all runs on the same image count, so that no rerun makes a failure go away.
 */

import type { SuiteId } from '../../harness/model/ids.js';
import type { AttemptEvidence, CandidateImage, RunEvidence, SignedRun } from './evidence.js';

/** An attempt, its run, and the place of its case in the run's report, which counts from 0. */
export type PlacedAttempt = AttemptEvidence & { readonly run: string; readonly index: number };

/** A cell's name and everything that was seen of it, oldest first. */
export interface Cell {
  readonly suite: SuiteId;
  readonly arch: string;
  readonly platform: string;
  readonly firmware: string;
  readonly attempts: readonly PlacedAttempt[];
}

/** `cell` is one of the names that {@link cellName} gives. */
export type Cells = ReadonlyMap<string, Cell>;

/** `area/name on amd64, qemu, bios`. */
export function cellName({ suite, arch, platform, firmware }: Omit<Cell, 'attempts'>): string {
  return `${suite} on ${arch}, ${platform}, ${firmware}`;
}

/** The runs on one of these images, oldest first. */
export function runsOn(
  images: readonly CandidateImage[],
  runs: readonly SignedRun[],
): readonly RunEvidence[] {
  const digests = new Set(images.map(({ arch, sha256 }) => `${arch} ${sha256}`));
  const own = runs
    .map(({ evidence }) => evidence)
    .filter(({ arch, imageSha256 }) => digests.has(`${arch} ${imageSha256}`));
  return own.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
}

/** Puts the cases of the runs into their cells. */
export function cellsOf(runs: readonly RunEvidence[]): Cells {
  const cells = new Map<string, Cell & { attempts: PlacedAttempt[] }>();
  for (const { run, arch, cases } of runs) {
    for (const [index, { suite, platform, firmware, attempts }] of cases.entries()) {
      const key = { suite, arch, platform, firmware };
      const name = cellName(key);
      const cell = cells.get(name) ?? { ...key, attempts: [] };
      cells.set(name, cell);
      for (const attempt of attempts) cell.attempts.push({ ...attempt, run, index });
    }
  }
  return cells;
}

/** How a cell stands: one failure is not made good by passes, only called flaky. */
export type CellStatus = 'passed' | 'failed' | 'flaky' | 'skipped' | 'unknown';

/** `unknown`: nobody could tell, or nobody looked. */
export function statusOfCell({
  attempts,
}: {
  readonly attempts: readonly AttemptEvidence[];
}): CellStatus {
  const seen = (outcome: AttemptEvidence['outcome']) => attempts.some((a) => a.outcome === outcome);
  if (seen('failed')) return seen('passed') ? 'flaky' : 'failed';
  if (seen('passed')) return 'passed';
  return seen('skipped') ? 'skipped' : 'unknown';
}
