/**
 * Names of what a builder has not completed yet. Each is used once, so that no two builders can write to
 * one place, even where a lock has failed them.
 */

import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { removeBuilt } from './toolbox.js';

const suffix = '.partial';

/** A new name beside the path that it will be renamed to. */
export function partialOf(path: string): string {
  return `${path}.${process.pid}-${randomBytes(4).toString('hex')}${suffix}`;
}

/** Removes what dead builders left: only the holder of the builder's lock may call it. */
export async function removePartials(directory: string, signal: AbortSignal): Promise<void> {
  const left = (await readdir(directory)).filter((name) => name.endsWith(suffix));
  if (left.length === 0) return;
  const paths = left.map((name) => join(directory, name));
  await removeBuilt(paths, signal);
}
