/**
 * Files that a record names and that are not in the run's directory: lost on the way to where it is
 * read, or removed by somebody. A report is made without them, and says so.
 */

import { join } from 'node:path';
import { exists } from '../harness/base/exists.js';
import { attemptDirectory } from '../harness/base/run-dir.js';
import type { AttemptRecord, CaseRecord, RunRecord } from '../harness/model/record.js';
import { consoleLog } from './run-files.js';

/** Paths relative to the run's directory: consoles of machines that came up, and attachments. */
export async function missingFiles(
  runDirectory: string,
  { cases }: RunRecord,
): Promise<readonly string[]> {
  const named = cases.flatMap((one) => one.attempts.flatMap((attempt) => filesOf(one, attempt)));
  const isThere = await Promise.all(
    named.map(async (file) => await exists(join(runDirectory, file))),
  );
  return named.filter((_, index) => !isThere[index]);
}

function filesOf(one: CaseRecord, { attempt, boots, attachments }: AttemptRecord): string[] {
  const directory = attemptDirectory(one, attempt);
  const machines = new Set(boots.map(({ machine }) => machine));
  const consoles = [...machines].map((machine) => consoleLog(directory, machine));
  return [...consoles, ...attachments.map(({ file }) => file)];
}

/** One line about what is missing; undefined when nothing is. */
export function missingFilesText(
  runDirectory: string,
  missing: readonly string[],
): string | undefined {
  const [first] = missing;
  if (first === undefined) return undefined;
  const what = missing.length === 1 ? '1 file' : `${missing.length} files`;
  const are = missing.length === 1 ? 'is' : 'are';
  const which = missing.length === 1 ? first : `the first is ${first}`;
  const place = `${what} that the record names ${are} not in ${runDirectory}: ${which}`;
  return `${place}; copy the directory again, whole, or do without`;
}
