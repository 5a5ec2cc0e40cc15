/**
 * What the site of many runs shows, from the history: the last runs, every case in each of them, and
 * how long it took.
 */

import type { CaseStatus } from '../../harness/model/outcome.js';
import { findSlowCases, type SlowCase } from '../case-durations.js';
import { type Flake, findFlakes } from '../find-flakes.js';
import { type Database, rowsOf } from '../history-file.js';

/** A run, one column. */
export interface SiteRun {
  readonly run: string;
  readonly startedAt: string;
  readonly image: string;
  readonly version: string;
  readonly verdict: string;
}

/** A case in one run. */
export interface SiteCell {
  readonly status: CaseStatus;
  readonly durationMs: number;
}

/** A case over the runs, one row; undefined where a run did not have it. */
export interface SiteCase {
  readonly case: string;
  readonly suite: string;
  readonly cells: readonly (SiteCell | undefined)[];
}

/** Everything on the page. */
export interface SiteData {
  /** Oldest first. */
  readonly runs: readonly SiteRun[];
  readonly cases: readonly SiteCase[];
  readonly flakes: readonly Flake[];
  readonly slow: readonly SlowCase[];
}

const lastRuns = `
  SELECT run, started_at, image, version, verdict FROM runs
  WHERE command = 'run' AND run NOT IN (SELECT part FROM parts)
  ORDER BY started_at DESC, run DESC LIMIT ?
`;

const casesOfRuns = `
  SELECT run, case_id, suite, status, duration_ms FROM cases
  WHERE run IN (SELECT value FROM json_each(?)) ORDER BY case_id
`;

/** Reads the last runs, `most` at most. */
export function siteData(database: Database, most: number): SiteData {
  const rows = rowsOf(database, lastRuns, most);
  const runs = rows.toReversed().map(([run, startedAt, image, version, verdict]) => ({
    run: `${run}`,
    startedAt: `${startedAt}`,
    image: `${image}`,
    version: `${version}`,
    verdict: `${verdict}`,
  }));
  const cases = casesIn(database, runs);
  return { runs, cases, flakes: findFlakes(database), slow: findSlowCases(database) };
}

function casesIn(database: Database, runs: readonly SiteRun[]): readonly SiteCase[] {
  const columns = new Map(runs.map(({ run }, index) => [run, index]));
  const shown = JSON.stringify([...columns.keys()]);
  const cases = new Map<string, { suite: string; cells: (SiteCell | undefined)[] }>();
  for (const [run, id, suite, status, ms] of rowsOf(database, casesOfRuns, shown)) {
    const column = columns.get(`${run}`);
    if (column === undefined) continue;
    const found = cases.get(`${id}`) ?? { suite: `${suite}`, cells: runs.map(() => undefined) };
    found.cells[column] = worse(found.cells[column], {
      status: `${status}` as CaseStatus,
      durationMs: Number(ms),
    });
    cases.set(`${id}`, found);
  }
  return [...cases].map(([id, one]) => ({ case: id, ...one }));
}

/** A case that was repeated in a run shows its worst. */
function worse(known: SiteCell | undefined, next: SiteCell): SiteCell {
  return known && badness(known.status) >= badness(next.status) ? known : next;
}

const worseAndWorse: readonly CaseStatus[] = [
  'excluded',
  'passed',
  'skipped',
  'missing',
  'cancelled',
  'flaky',
  'errored',
  'failed',
];

function badness(status: CaseStatus): number {
  return worseAndWorse.indexOf(status);
}
