/**
 * `yard merge`: the parts of a run that several hosts ran, as one run with reports of its own.
 */

import { exitCodeOf } from '../../../results/exit-code.js';
import { findRun } from '../../../results/run-store.js';
import { writeMergedRun } from '../../../results/write-merged-run.js';
import { createRunDirectory } from '../../base/run-dir.js';
import { runsRoot, type StoreOptions } from '../runs-root.js';
import { writeReports } from '../write-reports.js';

/** Prints the directory of the merged run; returns the exit status of its record. */
export async function mergeCommand(
  names: readonly string[],
  options: StoreOptions,
): Promise<number> {
  const root = await runsRoot(options);
  const directories = await Promise.all(names.map(async (name) => await findRun(root, name)));
  const target = await writeMergedRun(directories, async () => await createRunDirectory(root));
  const record = await writeReports(target);
  process.stdout.write(`${target.path}\n`);
  return exitCodeOf(record);
}
