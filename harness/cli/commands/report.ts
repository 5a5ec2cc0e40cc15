/**
 * `yard report`: any report of a stored run, made again from its record.
 */

import { writeFile } from 'node:fs/promises';
import { readRecord } from '../../../results/record-file.js';
import { type ReportFormatName, reportFormats } from '../../../results/reporters/formats.js';
import { findRun } from '../../../results/run-store.js';
import { toError, UsageError } from '../../base/errors.js';
import { runsRoot, type StoreOptions } from '../runs-root.js';

/** What the user said to `yard report`. */
export interface ReportOptions extends StoreOptions {
  readonly format: ReportFormatName;
  readonly output?: string;
}

/** Prints the report, or writes it to a file. Throws OUTPUT_FAILED (usage) when it can't. */
export async function reportCommand(name: string, options: ReportOptions): Promise<void> {
  const runDirectory = await findRun(await runsRoot(options), name);
  const record = await readRecord(runDirectory);
  const text = reportFormats[options.format](record, { runDirectory });
  if (options.output === undefined) process.stdout.write(text);
  else await save(options.output, text);
}

async function save(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (thrown) {
    const message = `cannot write the report to ${path}: ${toError(thrown).message}`;
    throw new UsageError('OUTPUT_FAILED', message, { cause: thrown });
  }
}
