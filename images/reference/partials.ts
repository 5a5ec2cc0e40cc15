/**
 * Names of what a builder has not completed yet. Each is used once, so that no two builders can write to
 * one place, even where a lock has failed them.
 */

import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { identifyProcess } from '../../harness/base/host-process.js';
import { tryLock } from '../../harness/base/lock.js';
import { removeBuilt } from './toolbox.js';

const suffix = '.partial';
const pattern = /\.(\d+)-[0-9a-f]{8}\.partial$/;

/** Trees are removed within seconds; a disk that hangs must not hold back an interrupted command. */
const removalLimitMs = 60_000;

/** Where all builds of a cache are made. */
export function builderDirectory(cacheDir: string): string {
  return join(cacheDir, 'reference');
}

/** The name of the lock of whoever builds there. */
export function builderLock(directory: string): string {
  return `image builder ${directory}`;
}

/** A new name beside the path that it will be renamed to. */
export function partialOf(path: string): string {
  return `${path}.${process.pid}-${randomBytes(4).toString('hex')}${suffix}`;
}

/**
 * Does a step that makes these, and removes what it has not renamed, however it ends. What can't be
 * removed is left to the next build, or the reaper: it must not hide why the step failed.
 */
export async function withPartials<T>(
  paths: readonly string[],
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await step();
  } finally {
    await removeBuilt(paths, AbortSignal.timeout(removalLimitMs)).catch(() => undefined);
  }
}

/** Removes what dead builders left: only the holder of the builder's lock may call it. */
export async function removePartials(directory: string, signal: AbortSignal): Promise<void> {
  const left = (await readdir(directory)).filter((name) => name.endsWith(suffix));
  if (left.length === 0) return;
  const paths = left.map((name) => join(directory, name));
  await removeBuilt(paths, signal);
}

/**
 * Removes what builders of this cache left that are dead by their names, unless somebody builds there
 * now, and returns their paths. Throws BUILD_FAILED (infrastructure) when it can't.
 */
export async function reapPartials(
  cacheDir: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const directory = builderDirectory(cacheDir);
  await using lock = await tryLock(builderLock(directory));
  if (lock === undefined) return [];
  const names = (await readdir(directory).catch(() => [])).filter(isOfDeadBuilder).sort();
  const paths = names.map((name) => join(directory, name));
  if (paths.length > 0) await removeBuilt(paths, signal);
  return paths;
}

function isOfDeadBuilder(name: string): boolean {
  const pid = Number(pattern.exec(name)?.[1]);
  return pid > 0 && identifyProcess(pid) === undefined;
}
