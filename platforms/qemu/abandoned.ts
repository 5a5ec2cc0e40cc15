/**
 * Files of processes that died before they could remove them, or tell anybody of them: their names say
 * whose they are.
 */

import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { toError } from '../../harness/base/errors.js';
import { isAbandoned } from '../../harness/base/owned-name.js';
import { removeTree } from '../../harness/base/run-dir.js';

/** What was removed of it, and what could not be, in words. */
export interface AbandonedFiles {
  readonly removed: readonly string[];
  readonly problems: readonly string[];
}

/** Looks into each of the directories, of which some may not be there. Never throws. */
export async function removeAbandoned(places: readonly string[]): Promise<AbandonedFiles> {
  const found = { removed: [] as string[], problems: [] as string[] };
  for (const path of (await Promise.all([...new Set(places)].map(abandonedIn))).flat()) {
    try {
      await removeTree(path);
      found.removed.push(path);
    } catch (thrown) {
      found.problems.push(`${path}: ${toError(thrown).message}`);
    }
  }
  return found;
}

async function abandonedIn(place: string): Promise<readonly string[]> {
  const names = (await readdir(place).catch(() => [])).filter(isAbandoned).sort();
  const paths = names.map((name) => join(place, name));
  const ours = await Promise.all(paths.map(isOurs));
  return paths.filter((_, index) => ours[index]);
}

/** Other users' files are theirs to reap, in a directory that all may write to. */
async function isOurs(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.uid === process.getuid?.();
}
