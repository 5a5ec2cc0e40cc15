/**
 * What is made out of the reference system's trees and kept in the cache: each under a lock, in a directory
 * of its own that gets its name when it is complete.
 */

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { holdLock } from '../../harness/base/lock.js';

/** Where it goes, and the file that tells that it is there. */
export interface Made {
  readonly target: string;
  readonly file: string;
  readonly signal: AbortSignal;
}

/** `make` gets a working directory, and fills `result` in it; it is not called for what is there. */
export async function makeOnce(
  { target, file, signal }: Made,
  make: (work: string) => Promise<void>,
): Promise<void> {
  const directory = dirname(target);
  await mkdir(directory, { recursive: true });
  await using _lock = await holdLock(`release ${target}`, { signal });
  if (existsSync(join(target, file))) return;
  const work = await mkdtemp(join(directory, 'work-'));
  try {
    await make(work);
    await rename(join(work, resultDirectory), target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** In the working directory. */
export const resultDirectory = 'result';
