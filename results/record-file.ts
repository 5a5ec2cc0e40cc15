/**
 * The record on disk: `record.json` in the run's directory, written whole or not at all, and
 * rebuilt from the event log when a run died before it could write it.
 */

import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { toError, UsageError } from '../harness/base/errors.js';
import type { RunRecord } from '../harness/model/record.js';
import { foldRun } from './fold.js';
import { check, parseObject, refuseNewer } from './parse-json.js';
import { readEventLog } from './read-event-log.js';
import { runRecord } from './record-schema.js';
import { runFiles } from './run-files.js';

/** Writes `record.json` atomically: readers see the old one, the new one, or none. */
export async function writeRecord(directory: string, record: RunRecord): Promise<void> {
  const path = join(directory, runFiles.record);
  const partial = `${path}.partial`;
  const file = await open(partial, 'w', 0o644);
  try {
    await file.writeFile(`${JSON.stringify(record, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
}

/**
 * Reads the record of a run, from the log if there is no `record.json`. Throws RECORD_MISSING,
 * RECORD_CORRUPT and RECORD_TOO_NEW, all of kind usage.
 */
export async function readRecord(directory: string): Promise<RunRecord> {
  const path = join(directory, runFiles.record);
  const text = await readIfExists(path);
  if (text === undefined) {
    const { events, notes } = await readEventLog(join(directory, runFiles.events));
    return foldRun(events, notes);
  }
  const value = parseObject(text, path);
  refuseNewer(value['schema'], path);
  return check(runRecord, value, path);
}

async function readIfExists(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const message = `cannot read the record ${path}: ${toError(thrown).message}`;
    throw new UsageError('RECORD_MISSING', message, { cause: thrown });
  }
}
