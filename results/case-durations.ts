/**
 * How long cases take and what they cost, by the history.
 */

import { groupBy } from '../harness/base/group-by.js';
import { countedRuns } from './history-database.js';
import { type Database, rowsOf, type SqlValue } from './history-file.js';
import { median, quantile } from './statistics.js';

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
  WHERE ${countedRuns} AND a.outcome = 'passed' AND a.duration_ms IS NOT NULL
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
