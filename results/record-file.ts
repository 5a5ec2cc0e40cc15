/**
 * The record on disk: `record.json` in the run's directory, written whole or not at all, and
 * rebuilt from the event log when a run died before it could write it. Reading proves that neither
 * was changed since, and that they belong together.
 */

import { open, readFile, rename } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { toError, UsageError } from '../harness/base/errors.js';
import type { RunRecord } from '../harness/model/record.js';
import { foldRun } from './fold.js';
import type { LogHead } from './log-chain.js';
import { check, corrupt, parseObject, requireReadable } from './parse-json.js';
import { type EventLogContents, readEventLog } from './read-event-log.js';
import { runRecord } from './record-schema.js';
import { firstDifference, sealRecord, type Unsealed, unsealRecord } from './record-seal.js';
import { runFiles } from './run-files.js';
import { unknownStart } from './unknown-run.js';
import { writeFailure } from './write-failure.js';

/**
 * Writes `record.json` atomically: readers see the old one, the new one, or none. `head` is that of
 * the log that it was folded from.
 */
export async function writeRecord(
  directory: string,
  record: RunRecord,
  head: LogHead,
): Promise<void> {
  const path = join(directory, runFiles.record);
  await writeWhole(path, `${JSON.stringify(sealRecord(record, head), undefined, 2)}\n`);
}

/**
 * Writes a file so that readers see the old contents or the new, and a power cut loses neither.
 * Throws DISK_FULL or WRITE_FAILED (infrastructure).
 */
export async function writeWhole(path: string, contents: string | Uint8Array): Promise<void> {
  try {
    await writeAndRename(path, contents);
  } catch (thrown) {
    throw writeFailure('WRITE_FAILED', 'the file', path, thrown);
  }
}

async function writeAndRename(path: string, contents: string | Uint8Array): Promise<void> {
  const partial = `${path}.partial`;
  const file = await open(partial, 'w', 0o644);
  try {
    await file.writeFile(contents);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
}

/**
 * Reads the record of a run, from the log if there is no `record.json`. Throws RECORD_MISSING,
 * RECORD_CORRUPT (with the line or the field that was changed), RECORD_TOO_NEW and RECORD_TOO_OLD, all of
 * kind usage.
 */
export async function readRecord(directory: string): Promise<RunRecord> {
  const path = join(directory, runFiles.record);
  const text = await readIfExists(path);
  if (text === undefined) return foldLog(await readEventLog(join(directory, runFiles.events)));
  const value = parseObject(text, path);
  requireReadable(value['schema'], path);
  const unsealed = unsealRecord(value, path);
  const log = await readLogIfExists(join(directory, runFiles.events));
  requireIntact(unsealed, log, path);
  return check(runRecord, unsealed.value, path);
}

/**
 * Reads the record of the run that the directory is named after. Throws like {@link readRecord}, and
 * RUN_TWICE (usage) when it is another run's: a copy must not be counted as a run of its own. Throws
 * RUN_UNBEGUN (usage) when it was killed before it had said anything.
 */
export async function readOwnRecord(directory: string): Promise<RunRecord> {
  const record = await readRecord(directory);
  const name = basename(resolve(directory));
  if (record.run === name) return record;
  if (record.run === unknownStart.run) {
    throw new UsageError('RUN_UNBEGUN', `the log of ${name} ends before its first line; remove it`);
  }
  const seen = `${directory} has the record of run ${record.run}`;
  throw new UsageError('RUN_TWICE', `${seen}, expected that of ${name}; remove one of the two`);
}

function foldLog({ events, notes }: EventLogContents): RunRecord {
  return foldRun(events, notes);
}

function requireIntact(unsealed: Unsealed, log: EventLogContents | undefined, path: string): void {
  const { value, seal, isIntact } = unsealed;
  if (!isIntact) {
    const field = log && firstDifference(value, JSON.parse(JSON.stringify(foldLog(log))));
    const place = field === undefined ? '' : `; it first differs from the log in ${field}`;
    throw corrupt(path, `the record does not fit its seal${place}`);
  }
  if (log === undefined) return;
  const { lines, digest } = log.head;
  if (lines === seal.log.lines && digest === seal.log.digest) return;
  const made = `it was made from a log of ${seal.log.lines} lines`;
  throw corrupt(path, `${made}, and the one beside it has ${lines} and another end`);
}

async function readLogIfExists(path: string): Promise<EventLogContents | undefined> {
  try {
    return await readEventLog(path);
  } catch (thrown) {
    const cause = toError(thrown).cause as NodeJS.ErrnoException | undefined;
    if (cause?.code === 'ENOENT') return undefined;
    throw thrown;
  }
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
