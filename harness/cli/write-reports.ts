/**
 * The reports that every finished run has beside its log: the record, TAP and JUnit.
 */

import { join } from 'node:path';
import { foldRun } from '../../results/fold.js';
import { readEventLog } from '../../results/read-event-log.js';
import { writeRecord, writeWhole } from '../../results/record-file.js';
import { junitReport } from '../../results/reporters/junit.js';
import { tapReport } from '../../results/reporters/tap.js';
import { runFiles } from '../../results/run-files.js';
import type { RunDirectory } from '../base/run-dir.js';
import type { RunRecord } from '../model/record.js';

/** Folds the log of the run and writes its reports. */
export async function writeReports(directory: RunDirectory): Promise<RunRecord> {
  const { events, notes, head } = await readEventLog(directory.events);
  const record = foldRun(events, notes);
  await writeRecord(directory.path, record, head);
  await writeWhole(join(directory.path, runFiles.tap), tapReport(record));
  await writeWhole(join(directory.path, runFiles.junit), junitReport(record));
  return record;
}
