/**
 * Keeps the downloaded files within their quota: makes room by removing fetched images that were not
 * used for longest, and refuses what does not fit even then.
 */

import { refused } from '../fetch/fetch-errors.js';
import { collectCache } from './collect.js';
import { ObjectStore } from './object-store.js';

/** What downloaded files may occupy unless the user says otherwise. */
export const defaultQuotaBytes = 32 * 2 ** 30;

/** How much is about to come, and how much all of it may be. */
export interface RoomRequest {
  readonly cacheDirectory: string;
  readonly quotaBytes: number;
  readonly bytes: number;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Throws OVER_QUOTA (usage). */
export async function makeRoom(request: RoomRequest): Promise<void> {
  const { cacheDirectory, quotaBytes, bytes, log, signal } = request;
  const store = new ObjectStore(cacheDirectory);
  const before = await store.sizeBytes();
  if (before + bytes <= quotaBytes) return;
  const { removed } = await collectCache({
    cacheDirectory,
    policy: { maxTotalBytes: Math.max(0, quotaBytes - bytes) },
    dryRun: false,
    only: ({ kind }) => kind === 'fetched',
    signal,
  });
  for (const { entry } of removed) log(`removed ${entry.name} to make room`);
  const after = await store.sizeBytes();
  if (after + bytes <= quotaBytes) return;
  const text = `${mebibytes(bytes)} MiB do not fit: ${mebibytes(after)} of ${mebibytes(quotaBytes)} MiB`;
  const next = 'give a larger --quota, or remove images with: ./yard images rm';
  throw refused('OVER_QUOTA', `${text} for downloads are taken by what is in use or newest`, next);
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
