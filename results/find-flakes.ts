/**
 * Which cases change their mind where nothing changed, by the history.
 */

import { groupBy } from '../harness/base/group-by.js';
import { type Trend, trendOf } from './flake-trend.js';
import { countedRuns } from './history-database.js';
import { type Database, rowsOf } from './history-file.js';
import { type Interval, wilsonInterval } from './statistics.js';

/** A cause of failures and how often it was seen. */
export interface SignatureCount {
  readonly signature: string;
  readonly text: string;
  readonly code: string;
  readonly phase: string;
  readonly count: number;
}

/** A case that both passed and failed on the same image and accelerator. */
export interface Flake extends Trend {
  readonly case: string;
  readonly failed: number;
  /** Attempts that passed or failed, where it did both. */
  readonly attempts: number;
  /** 95 % bounds of the rate of failures. */
  readonly bounds: Interval;
  readonly lastFailedRun: string;
  readonly signatures: readonly SignatureCount[];
}

interface Told {
  readonly run: string;
  readonly id: string;
  /** Image and accelerator. */
  readonly where: string;
  readonly failed: boolean;
  readonly signature: Omit<SignatureCount, 'count'> | undefined;
}

const toldAttempts = `
  SELECT a.run, a.case_id, r.sha256 || ' ' || r.accelerator, a.outcome, a.signature, a.signature_text, a.code, a.phase
  FROM attempts a JOIN runs r ON r.run = a.run
  WHERE ${countedRuns} AND a.outcome IN ('passed', 'failed')
  ORDER BY r.started_at, a.run, a.attempt
`;

/** Flaky cases, by the lower bound of their rate: what is surely flaky comes first. */
export function findFlakes(database: Database): readonly Flake[] {
  const rows = rowsOf(database, toldAttempts);
  const told = rows.map(([run, id, where, outcome, signature, text, code, phase]): Told => {
    const why = { signature: `${signature}`, text: `${text}`, code: `${code}`, phase: `${phase}` };
    const failed = outcome === 'failed';
    const known = signature === null ? undefined : why;
    return { run: `${run}`, id: `${id}`, where: `${where}`, failed, signature: known };
  });
  const flakes = [...groupBy(told, ({ id }) => id)].flatMap(([id, attempts]) =>
    flakeOf(id, attempts),
  );
  return flakes.sort((a, b) => b.bounds.low - a.bounds.low || a.case.localeCompare(b.case));
}

function flakeOf(id: string, all: readonly Told[]): Flake[] {
  const places = groupBy(all, ({ where }) => where);
  const mixed = all.filter(({ where }) => isMixed(places.get(where) ?? []));
  const failures = mixed.filter(({ failed }) => failed);
  const last = failures.at(-1);
  if (last === undefined) return [];
  const bounds = wilsonInterval(failures.length, mixed.length);
  const counts = { failed: failures.length, attempts: mixed.length, bounds };
  const signatures = countSignatures(failures);
  const trend = trendOf(mixed.map(({ failed }) => failed));
  return [{ case: id, ...counts, ...trend, lastFailedRun: last.run, signatures }];
}

function isMixed(attempts: readonly Told[]): boolean {
  return attempts.some(({ failed }) => failed) && attempts.some(({ failed }) => !failed);
}

function countSignatures(failures: readonly Told[]): SignatureCount[] {
  const known = failures.flatMap(({ signature }) => (signature ? [signature] : []));
  const groups = [...groupBy(known, ({ signature }) => signature).values()];
  const counts = groups.flatMap(([first, ...more]) =>
    first ? [{ ...first, count: more.length + 1 }] : [],
  );
  return counts.sort((a, b) => b.count - a.count);
}
