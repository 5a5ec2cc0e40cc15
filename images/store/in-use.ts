/**
 * Which files of the cache are in use, by the descriptors that Linux shows (proc(5)): machines have
 * their disks open, and a command holds the directories of its images open. That ends with the process
 * whatever way it dies, and leaves nothing behind.
 */

import { closeSync, openSync } from 'node:fs';
import { readdir, readlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { holdLock } from '../../harness/base/lock.js';

/** Its time of change says when an image was last used. */
export const lastUsedFile = '.last-used';

/** Nobody begins to use or to remove anything of this cache meanwhile. Dispose it soon. */
export async function lockUse(
  cacheDirectory: string,
  signal: AbortSignal,
): Promise<AsyncDisposable> {
  return await holdLock(`use of ${cacheDirectory}`, { signal });
}

/**
 * Marks a directory of the cache as used by this process until it is disposed of or the process ends.
 * Throws what `open` throws when it is no longer there.
 */
export async function holdInUse(
  cacheDirectory: string,
  directory: string,
  signal: AbortSignal,
): Promise<Disposable> {
  await using _lock = await lockUse(cacheDirectory, signal);
  const descriptor = openSync(directory, 'r');
  if (directory.startsWith(`${cacheDirectory}/`)) await touch(join(directory, lastUsedFile));
  return { [Symbol.dispose]: () => closeSync(descriptor) };
}

/** A cache that can only be read is used all the same. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now)
    .catch(async () => await writeFile(path, ''))
    .catch(() => undefined);
}

/** What processes that we may look into have open below a directory. */
export async function openPaths(directory: string): Promise<ReadonlySet<string>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map(async (pid) => await openedBy(pid)));
  return new Set(found.flat().filter((path) => path.startsWith(`${directory}/`)));
}

async function openedBy(pid: string): Promise<readonly string[]> {
  const descriptors = `/proc/${pid}/fd`;
  const numbers = await readdir(descriptors).catch(() => []);
  return await Promise.all(
    numbers.map(async (number) => await readlink(join(descriptors, number)).catch(() => '')),
  );
}

/** Whether one of the open files is this path or below it. */
export function isInUse(path: string, open: ReadonlySet<string>): boolean {
  return [...open].some((one) => one === path || one.startsWith(`${path}/`));
}
