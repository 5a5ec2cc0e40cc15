/**
 * What the suites came to in each run, and which runs there are, by the history: what the gate is told.
 */

import type { SuiteId } from '../harness/model/ids.js';
import { countedRuns } from './history-database.js';
import { type Database, rowsOf } from './history-file.js';

/** What one suite came to in one run. */
export interface SuiteOutcomes {
  readonly suite: SuiteId;
  readonly run: string;
  /** Of Switchyard and its suites, see `RunRecord`. */
  readonly code?: string;
  /** When the run began, ISO 8601. */
  readonly at: string;
  readonly imageSha256: string;
  /** os-release's `NAME` of the image: what another system does says nothing of this one. */
  readonly osName: string;
  readonly arch: string;
  readonly passed: number;
  readonly failed: number;
}

const outcomesPerRun = `
  SELECT c.suite, r.run, r.started_at, r.sha256, r.os_name, r.arch, r.code,
    SUM(a.outcome = 'passed'), SUM(a.outcome = 'failed')
  FROM attempts a JOIN runs r ON r.run = a.run
    JOIN (SELECT DISTINCT run, case_id, suite FROM cases) c ON c.run = a.run AND c.case_id = a.case_id
  WHERE ${countedRuns} AND r.started_at >= ? AND a.outcome IN ('passed', 'failed')
  GROUP BY c.suite, r.run ORDER BY r.started_at, c.suite
`;

/** The runs that there are. */
export interface PresentRuns {
  /** Of them, and of the parts of those that were put together. */
  readonly ids: ReadonlySet<string>;
  /** When they began, ISO 8601. */
  readonly starts: ReadonlySet<string>;
  /** The parts alone: what they came to is told by the whole. */
  readonly parts: ReadonlySet<string>;
}

/** Of any command. */
export function presentRuns(database: Database): PresentRuns {
  const all = (query: string) => {
    const rows = rowsOf(database, query);
    return new Set(rows.map(([value]) => `${value}`));
  };
  const ids = all('SELECT run FROM runs UNION SELECT part FROM parts');
  const parts = all('SELECT part FROM parts');
  return { ids, starts: all('SELECT started_at FROM runs'), parts };
}

/** Of every run since then (ISO 8601) in which the suite passed or failed. */
export function suiteOutcomes(database: Database, since: string): readonly SuiteOutcomes[] {
  const rows = rowsOf(database, outcomesPerRun, since);
  return rows.map(([suite, run, at, imageSha256, osName, arch, code, passed, failed]) => ({
    suite: `${suite}` as SuiteId,
    run: `${run}`,
    ...(code !== '' && { code: `${code}` }),
    at: `${at}`,
    imageSha256: `${imageSha256}`,
    osName: `${osName}`,
    arch: `${arch}`,
    passed: Number(passed),
    failed: Number(failed),
  }));
}
