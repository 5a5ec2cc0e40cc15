/**
 * Removes what may go from the cache. Each entry is first given a hidden name while nobody can begin to
 * use it, so that a half removed one is never mistaken for a whole one.
 */

import { readdir, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { withDeadline } from '../../harness/base/deadline.js';
import { CancelledError, UsageError } from '../../harness/base/errors.js';
import { holdLock } from '../../harness/base/lock.js';
import { removeTree } from '../../harness/base/run-dir.js';
import { removeBuilt } from '../reference/toolbox.js';
import { type CacheEntry, listCacheEntries } from './cache-entries.js';
import { type Collected, type CollectionPolicy, chooseCollection } from './choose-collection.js';
import { isInUse, lockUse, openPaths } from './in-use.js';
import { ObjectStore, objectsDirectory } from './object-store.js';

/** Which cache, and how it is told. */
export interface CollectOptions {
  readonly cacheDirectory: string;
  readonly policy: CollectionPolicy;
  readonly dryRun: boolean;
  /** Only entries for which this holds; all others stay, and do not count. */
  readonly only?: (entry: CacheEntry) => boolean;
  readonly signal: AbortSignal;
}

/** What went, or would go, and what stayed against the limits since somebody uses it. */
export interface CollectReport {
  readonly removed: readonly Collected[];
  readonly busy: readonly CacheEntry[];
}

/** Collects once. Throws the signal's reason. */
export async function collectCache(options: CollectOptions): Promise<CollectReport> {
  const { cacheDirectory, policy, signal, dryRun, only = () => true } = options;
  const entries = (await listCacheEntries(cacheDirectory)).filter(only);
  const open = await openPaths(cacheDirectory);
  await using building = await tryBuilderLock(cacheDirectory, signal);
  const isBuilt = (path: string) => path.startsWith(`${join(cacheDirectory, 'reference')}/`);
  const busy = (path: string) => isInUse(path, open) || (isBuilt(path) && building === undefined);
  const chosen = chooseCollection(entries, policy, { now: new Date(), inUse: busy });
  const removed: Collected[] = [];
  for (const one of chosen) {
    if (dryRun || (await removeEntry(cacheDirectory, one.entry, signal))) removed.push(one);
  }
  if (!dryRun) await sweepObjects(cacheDirectory, signal);
  return { removed, busy: entries.filter(({ path }) => busy(path)) };
}

/** False when somebody began to use it meanwhile. */
async function removeEntry(
  cacheDirectory: string,
  { path }: CacheEntry,
  signal: AbortSignal,
): Promise<boolean> {
  const hidden = join(dirname(path), `.removing-${basename(path).replace(/^\.+/, '')}`);
  {
    await using _lock = await lockUse(cacheDirectory, signal);
    if (isInUse(path, await openPaths(cacheDirectory))) return false;
    await rename(path, hidden);
  }
  // Trees of a user without root hold files of mapped users.
  if (path.startsWith(join(cacheDirectory, 'reference'))) await removeBuilt(hidden, signal);
  else await removeTree(hidden);
  return true;
}

/** Removes the objects that no image has any more: who fetches one has its lock until an image has it. */
async function sweepObjects(cacheDirectory: string, signal: AbortSignal): Promise<void> {
  const store = new ObjectStore(cacheDirectory);
  const names = await readdir(objectsDirectory(cacheDirectory)).catch(() => []);
  for (const name of names.filter((one) => /^[0-9a-f]{128}$/.test(one))) {
    using deadline = withDeadline(signal, 1_000, stillLocked);
    try {
      await using _lock = await store.lock(name, { signal: deadline.signal });
      const found = await stat(store.path(name)).catch(() => undefined);
      if (found?.nlink === 1) await removeTree(store.path(name));
    } catch (thrown) {
      if (signal.aborted || !deadline.signal.aborted) throw thrown;
    }
  }
}

/** The builder's directory to ourselves; undefined when somebody builds. */
async function tryBuilderLock(
  cacheDirectory: string,
  signal: AbortSignal,
): Promise<AsyncDisposable | undefined> {
  using deadline = withDeadline(signal, 1_000, stillLocked);
  try {
    const name = `image builder ${join(cacheDirectory, 'reference')}`;
    return await holdLock(name, { signal: deadline.signal });
  } catch (thrown) {
    if (signal.aborted || !deadline.signal.aborted) throw thrown;
    return undefined;
  }
}

function stillLocked(): CancelledError {
  return new CancelledError('LOCKED', 'somebody else has it');
}

/** Removes an image by its directory. Throws IMAGE_IN_USE (usage). */
export async function removeImage(
  cacheDirectory: string,
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  const entries = await listCacheEntries(cacheDirectory);
  const entry = entries.find(({ path }) => path === directory);
  if (entry !== undefined && (await removeEntry(cacheDirectory, entry, signal))) {
    return await sweepObjects(cacheDirectory, signal);
  }
  const problem = `image ${directory}: a run is using it`;
  throw new UsageError('IMAGE_IN_USE', `${problem}; wait for it, or end it first`);
}
