/**
 * What tells that a run is not what it was when it was last read.
 */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runFiles } from './run-files.js';
import { runIds } from './run-store.js';

/**
 * Of the runs under `root` that have said anything, by id. Throws RUN_DIRECTORY (usage) when it can't be
 * listed.
 */
export async function statesUnder(root: string): Promise<ReadonlyMap<string, string>> {
  const states = new Map<string, string>();
  for (const run of await runIds(root)) {
    const state = await stateOf(join(root, run));
    if (state !== undefined) states.set(run, state);
  }
  return states;
}

/**
 * Changes when the record does, or the log of a run that was killed before it wrote one; undefined where
 * neither is. Why one can't be looked at is said when it is read.
 */
async function stateOf(directory: string): Promise<string | undefined> {
  for (const file of [runFiles.record, runFiles.events]) {
    const found = await stat(join(directory, file)).catch((thrown: NodeJS.ErrnoException) =>
      thrown.code === 'ENOENT' ? undefined : { mtimeMs: 0, size: 0 },
    );
    if (found) return `${file} ${found.mtimeMs} ${found.size}`;
  }
  return undefined;
}
