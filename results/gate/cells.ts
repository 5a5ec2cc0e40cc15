/**
 * What runs came to, cell by cell: a suite on an architecture, a platform and a firmware. All attempts
 * of all runs on the same image count, so that no rerun makes a failure go away.
 */

import type { SuiteId } from '../../harness/model/ids.js';
import type { CandidateImage } from './candidate.js';
import type { AttemptEvidence, CaseEvidence, RunEvidence, SignedRun } from './run-evidence.js';

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

type OpenCells = Map<string, Cell & { attempts: PlacedAttempt[] }>;

/** Puts the cases of the runs into their cells, and of the `rest` the failures. */
export function cellsOf(runs: readonly RunEvidence[], rest: readonly RunEvidence[] = []): Cells {
  const cells: OpenCells = new Map();
  for (const run of rest) addFailures(cells, run);
  for (const run of runs) addRun(cells, run);
  return cells;
}

/** A case that did not fail leaves no trace: it must not look like one that nobody ran. */
function addFailures(cells: OpenCells, run: RunEvidence): void {
  const failures = run.cases.map(({ attempts, ...one }) => {
    return { ...one, attempts: attempts.filter(({ outcome }) => outcome === 'failed') };
  });
  addRun(cells, { ...run, cases: failures }, ({ attempts }) => attempts.length > 0);
}

function addRun(
  cells: OpenCells,
  { run, arch, cases }: RunEvidence,
  isWanted: (one: CaseEvidence) => boolean = () => true,
): void {
  for (const [index, one] of cases.entries()) {
    if (!isWanted(one)) continue;
    const { suite, platform, firmware, attempts } = one;
    const key = { suite, arch, platform, firmware };
    const name = cellName(key);
    const cell = cells.get(name) ?? { ...key, attempts: [] };
    cells.set(name, cell);
    for (const attempt of attempts) cell.attempts.push({ ...attempt, run, index });
  }
}

/** How a cell stands: one failure is not made good by passes, only called flaky. */
export type CellStatus = 'passed' | 'failed' | 'flaky' | 'skipped' | 'unknown';

/** `unknown`: nobody could tell, or nobody looked. */
export function statusOfCell({
  attempts,
}: {
  readonly attempts: readonly AttemptEvidence[];
}): CellStatus {
  return statusOfOutcomes(new Set(attempts.map(({ outcome }) => outcome)));
}

function statusOfOutcomes(seen: ReadonlySet<AttemptEvidence['outcome']>): CellStatus {
  if (seen.has('failed')) return seen.has('passed') ? 'flaky' : 'failed';
  if (seen.has('passed')) return 'passed';
  return seen.has('skipped') ? 'skipped' : 'unknown';
}

/** The statuses of cells by their names, for years of runs of which nothing else is wanted. */
export function statusesOf(runs: readonly RunEvidence[]): ReadonlyMap<string, CellStatus> {
  const seen = new Map<string, Set<AttemptEvidence['outcome']>>();
  for (const { arch, cases } of runs) {
    for (const { suite, platform, firmware, attempts } of cases) {
      const name = cellName({ suite, arch, platform, firmware });
      const outcomes = seen.get(name) ?? new Set();
      seen.set(name, outcomes);
      for (const { outcome } of attempts) outcomes.add(outcome);
    }
  }
  return new Map([...seen].map(([name, outcomes]) => [name, statusOfOutcomes(outcomes)]));
}

/** Of cells that are there already. */
export function statusesOfCells(cells: Cells): ReadonlyMap<string, CellStatus> {
  return new Map([...cells].map(([name, cell]) => [name, statusOfCell(cell)]));
}
