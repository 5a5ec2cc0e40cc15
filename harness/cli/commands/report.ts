/**
 * `yard report`: any report of a stored run, made again from its record.
 */

import { writeFile } from 'node:fs/promises';
import { missingFiles } from '../../../results/missing-files.js';
import { readOwnRecord } from '../../../results/record-file.js';
import { type ReportFormatName, reportFormats } from '../../../results/reporters/formats.js';
import { findRun } from '../../../results/run-store.js';
import { toError, UsageError } from '../../base/errors.js';
import { htmlReportOf } from '../html-report.js';
import { refuseEvidence } from '../refuse-evidence.js';
import { runsRoot, type StoreOptions } from '../runs-root.js';
import { sayMissing } from '../say-missing.js';

/** What the user said to `yard report`. */
export interface ReportOptions extends StoreOptions {
  readonly format: ReportFormatName | 'html';
  readonly output?: string;
}

/** Prints the report, or writes it to a file. Throws OUTPUT_FAILED (usage) when it can't. */
export async function reportCommand(name: string, options: ReportOptions): Promise<void> {
  const runDirectory = await findRun(await runsRoot(options), name);
  if (options.output !== undefined) await refuseEvidence(options.output);
  if (options.format === 'html') return await htmlReport(runDirectory, options.output);
  const record = await readOwnRecord(runDirectory);
  const text = reportFormats[options.format](record, { runDirectory });
  if (options.output === undefined) process.stdout.write(text);
  else await save(options.output, text);
  sayMissing(runDirectory, await missingFiles(runDirectory, record));
}

/** Too large for a terminal, so it is always a file; its path is printed. */
async function htmlReport(runDirectory: string, wanted?: string): Promise<void> {
  const { output, missing } = await htmlReportOf(runDirectory, wanted);
  process.stdout.write(`${output}\n`);
  sayMissing(runDirectory, missing);
}

async function save(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (thrown) {
    const message = `cannot write the report to ${path}: ${toError(thrown).message}`;
    throw new UsageError('OUTPUT_FAILED', message, { cause: thrown });
  }
}
