/**
 * What the history is asked: which cases change their mind where nothing changed, which take long, and
 * how long each took on one image. Only runs of `yard run` count: `yard mutate` breaks images on
 * purpose.
 */

import type { SuiteId } from '../harness/model/ids.js';
import { type Trend, trendOf } from './flake-trend.js';
import { type Database, rowsOf, type SqlValue } from './history-file.js';
import { type Interval, median, quantile, wilsonInterval } from './statistics.js';

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

const counted = `r.command = 'run' AND r.run NOT IN (SELECT part FROM parts)`;

const toldAttempts = `
  SELECT a.run, a.case_id, r.sha256 || ' ' || r.accelerator, a.outcome, a.signature, a.signature_text, a.code, a.phase
  FROM attempts a JOIN runs r ON r.run = a.run
  WHERE ${counted} AND a.outcome IN ('passed', 'failed')
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

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

/** How long a case takes when it passes, and what it takes from the host, as measured. */
export interface SlowCase {
  readonly case: string;
  /** Times with KVM say nothing of those without. */
  readonly accelerator: string;
  readonly passes: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  /** Of all its machines together; undefined when no attempt was measured, as is the memory. */
  readonly medianCpuSeconds?: number;
  /** The most that any attempt took, shared memory left out. */
  readonly peakMemoryMiB?: number;
  /** Of the time of all cases with this accelerator together, by their medians. */
  readonly share: number;
}

const passedDurations = `
  SELECT a.case_id, a.duration_ms, a.cpu_seconds, a.peak_memory_mib, r.accelerator
  FROM attempts a JOIN runs r ON r.run = a.run
  WHERE ${counted} AND a.outcome = 'passed' AND a.duration_ms IS NOT NULL
`;

/** All cases that ever passed, with each accelerator, slowest first. */
export function findSlowCases(database: Database): readonly SlowCase[] {
  const rows = rowsOf(database, passedDurations);
  const worlds = groupBy(rows, (row) => `${row[4]}`);
  const slow = [...worlds].flatMap(([accelerator, list]) => slowWith(accelerator, list));
  return slow.sort((a, b) => b.medianMs - a.medianMs);
}

function slowWith(accelerator: string, rows: readonly SqlValue[][]): readonly SlowCase[] {
  const groups = [...groupBy(rows, ([id]) => `${id}`)].map(([id, list]) => {
    const durations = list.map(([, duration]) => Number(duration));
    const times = { medianMs: median(durations), p95Ms: quantile(durations, 0.95) };
    return { case: id, accelerator, passes: list.length, ...times, ...costOf(list) };
  });
  const totalMs = groups.reduce((sum, { medianMs }) => sum + medianMs, 0);
  return groups.map((one) => ({ ...one, share: totalMs > 0 ? one.medianMs / totalMs : 0 }));
}

/** Attempts of which nothing was measured, such as those of old records, do not count. */
function costOf(rows: readonly SqlValue[][]): Pick<SlowCase, 'medianCpuSeconds' | 'peakMemoryMiB'> {
  const measured = (column: number) =>
    rows.flatMap((row) => (typeof row[column] === 'number' ? [row[column]] : []));
  const [seconds, memory] = [measured(2), measured(3)];
  return {
    ...(seconds.length > 0 && { medianCpuSeconds: median(seconds) }),
    ...(memory.length > 0 && { peakMemoryMiB: Math.max(...memory) }),
  };
}

/** The durations of passed attempts per case, on one image and accelerator. */
export function durationsOn(
  database: Database,
  { sha256, accelerator }: { readonly sha256: string; readonly accelerator: string },
): ReadonlyMap<string, readonly number[]> {
  const query = `${passedDurations} AND r.sha256 = ? AND r.accelerator = ?`;
  const rows = rowsOf(database, query, sha256, accelerator);
  const groups = groupBy(rows, ([id]) => `${id}`);
  return new Map([...groups].map(([id, list]) => [id, list.map(([, ms]) => Number(ms))]));
}

/** What one suite came to in one run. */
export interface SuiteOutcomes {
  readonly suite: SuiteId;
  readonly run: string;
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
  SELECT c.suite, r.run, r.started_at, r.sha256, r.os_name, r.arch,
    SUM(a.outcome = 'passed'), SUM(a.outcome = 'failed')
  FROM attempts a JOIN runs r ON r.run = a.run
    JOIN (SELECT DISTINCT run, case_id, suite FROM cases) c ON c.run = a.run AND c.case_id = a.case_id
  WHERE ${counted} AND r.started_at >= ? AND a.outcome IN ('passed', 'failed')
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
  return rows.map(([suite, run, at, imageSha256, osName, arch, passed, failed]) => ({
    suite: `${suite}` as SuiteId,
    run: `${run}`,
    at: `${at}`,
    imageSha256: `${imageSha256}`,
    osName: `${osName}`,
    arch: `${arch}`,
    passed: Number(passed),
    failed: Number(failed),
  }));
}
