/**
 * `yard runs keep` and `yard runs release`: which runs must stay, and why.
 */

import { dropKeptMark, keepRun } from '../../../results/kept-mark.js';
import { findRun, inspectRun } from '../../../results/run-store.js';
import { UsageError } from '../../base/errors.js';
import { runsRoot, type StoreOptions } from '../runs-root.js';

/**
 * Marks a run: neither `runs rm` nor `runs gc` removes it. Throws RUN_KEPT (usage) for one that has a
 * mark, whose reason must not be lost.
 */
export async function keepRunCommand(
  name: string,
  options: StoreOptions & { readonly reason: string },
): Promise<void> {
  const { run, directory, kept } = await inspectRun(await findRun(await runsRoot(options), name));
  if (kept) throw new UsageError('RUN_KEPT', `run ${run} is kept already: ${kept.reason}`);
  await keepRun(directory, { at: new Date().toISOString(), reason: options.reason });
  process.stdout.write(`run ${run} is kept: ${options.reason}\n`);
}

/** Takes the mark away and says what it was. Throws NOT_KEPT (usage). */
export async function releaseRunCommand(name: string, options: StoreOptions): Promise<void> {
  const { run, directory, kept } = await inspectRun(await findRun(await runsRoot(options), name));
  if (!kept) throw new UsageError('NOT_KEPT', `run ${run} is not kept; see ./yard runs ls`);
  await dropKeptMark(directory);
  process.stdout.write(`run ${run} is not kept any more; it was: ${kept.reason}\n`);
}
