/**
 * Records of earlier runs, for what can be learned from them. Whatever can't be read is passed over:
 * the past is a help, never a condition.
 */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRunId, type RunId } from '../harness/model/ids.js';
import type { RunRecord } from '../harness/model/record.js';
import { readRecord } from './record-file.js';

/** How far back is looked by default. */
const mostRuns = 20;

/** Parts of one plan count as one run, as long as there are not more of them than this. */
const usualParts = 8;

/**
 * The newest records of `yard run` in the directory that has a run's directories, newest first.
 * Runs that planned nothing are left out, and so are other commands': they break images on purpose.
 * Parts of a plan push no whole run out, since what a part is depends on the whole runs.
 */
export async function readHistory(runs: string, most = mostRuns): Promise<readonly RunRecord[]> {
  const found: RunRecord[] = [];
  for (const run of await runIds(runs)) {
    const whole = found.filter(({ shard }) => shard === undefined).length;
    if (whole >= most || found.length >= most * usualParts) break;
    const record = await readRecord(join(runs, run)).catch(() => undefined);
    if (record && belongsToHistory(record)) found.push(record);
  }
  return found;
}

/** Whether something can be learned from it: what was planned by `yard run`. */
export function belongsToHistory({ argv, cases }: RunRecord): boolean {
  return argv[0] === 'run' && cases.length > 0;
}

/** Newest first: ids begin with the time. */
async function runIds(runs: string): Promise<RunId[]> {
  const names = await readdir(runs).catch(() => []);
  return names
    .flatMap((name) => parseRunId(name) ?? [])
    .sort()
    .reverse();
}
