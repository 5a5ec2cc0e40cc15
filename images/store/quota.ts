/**
 * Keeps the downloaded files within their quota: makes room by removing fetched images that were not
 * used for longest, and refuses what does not fit even then.
 */

import { stat } from 'node:fs/promises';
import { refused } from '../fetch/fetch-errors.js';
import type { Room } from '../fetch/room.js';
import { type CacheEntry, listCacheEntries } from './cache-entries.js';
import { collectCache } from './collect.js';
import { ObjectStore } from './object-store.js';

/** What downloaded files may occupy unless the user says otherwise. */
export const defaultQuotaBytes = 32 * 2 ** 30;

/** Of a store with gigabytes nobody misses so much, and all of the store is looked at each time. */
const stepBytes = 4 * 2 ** 20;

/** Whose downloads, and how much all of them may be. */
export interface Quota {
  readonly cacheDirectory: string;
  readonly quotaBytes: number;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * The room for a file among the objects of the store, within the quota and on the disk. To ask for it
 * throws OVER_QUOTA (usage) or NO_DISK_SPACE (infrastructure).
 */
export function roomFor(path: string, quota: Quota): Room {
  return {
    stepBytes,
    require: async (sizeBytes) => {
      const there = (await stat(path).catch(() => undefined))?.size ?? 0;
      const bytes = Math.max(0, sizeBytes - there);
      await makeRoom(bytes, quota);
      await new ObjectStore(quota.cacheDirectory).requireSpace(bytes);
    },
  };
}

/** For so many bytes more than there are. */
async function makeRoom(bytes: number, quota: Quota): Promise<void> {
  const { cacheDirectory, quotaBytes } = quota;
  for (;;) {
    const taken = await new ObjectStore(cacheDirectory).sizeBytes();
    const excess = taken + bytes - quotaBytes;
    if (excess <= 0) return;
    // What would not fit into an empty store is no reason to remove anything.
    if (bytes > quotaBytes || !(await removeFetched(excess, quota))) {
      throw overQuota({ bytes, taken, quotaBytes });
    }
  }
}

/** As many images as it takes; false when none may go. Objects that two of them have stay with one. */
async function removeFetched(bytes: number, quota: Quota): Promise<boolean> {
  const { cacheDirectory, log, signal } = quota;
  const only = ({ kind }: CacheEntry) => kind === 'fetched';
  const fetched = (await listCacheEntries(cacheDirectory)).filter(only);
  const total = fetched.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const policy = { maxTotalBytes: Math.max(0, total - bytes) };
  const { removed } = await collectCache({ cacheDirectory, policy, dryRun: false, only, signal });
  for (const { entry } of removed) log(`removed ${entry.name} to make room`);
  return removed.length > 0;
}

function overQuota(seen: {
  readonly bytes: number;
  readonly taken: number;
  readonly quotaBytes: number;
}): Error {
  const [bytes, taken, quota] = [seen.bytes, seen.taken, seen.quotaBytes].map((value) => {
    return Math.ceil(value / 2 ** 20);
  });
  const text = `${bytes} MiB do not fit: ${taken} of ${quota} MiB for downloads are taken`;
  const next = 'give a larger --quota, or remove images with: ./yard images rm';
  const why = seen.bytes > seen.quotaBytes ? '' : ' by what is in use or newest';
  return refused('OVER_QUOTA', `${text}${why}`, next);
}
