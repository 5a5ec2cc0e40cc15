/**
 * Which entries of the cache may go: a pure choice by age and size. What is in use stays, and so does
 * the newest of each group.
 */

import type { CacheEntry } from './cache-entries.js';

/** Limits; leftovers go in any case. */
export interface CollectionPolicy {
  readonly maxAgeDays?: number;
  /** What all entries together may occupy; those go first that were not used for longest. */
  readonly maxTotalBytes?: number;
}

/** An entry that may go, and why. */
export interface Collected {
  readonly entry: CacheEntry;
  readonly reason: string;
}

const dayMs = 24 * 60 * 60_000;

/** Chooses among `entries`, in any order; the result begins with the one unused for longest. */
export function chooseCollection(
  entries: readonly CacheEntry[],
  policy: CollectionPolicy,
  { now, inUse }: { readonly now: Date; readonly inUse: (path: string) => boolean },
): readonly Collected[] {
  const { maxAgeDays = Infinity, maxTotalBytes = Infinity } = policy;
  const newest = newestOfGroups(entries);
  let totalBytes = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const unusedFirst = entries.toSorted((a, b) => a.usedAt.getTime() - b.usedAt.getTime());
  return unusedFirst.flatMap((entry) => {
    if (newest.has(entry) || inUse(entry.path)) return [];
    const days = Math.floor((now.getTime() - entry.usedAt.getTime()) / dayMs);
    const reason = reasonOf(entry, { days, maxAgeDays, isTooMuch: totalBytes > maxTotalBytes });
    if (reason === undefined) return [];
    totalBytes -= entry.sizeBytes;
    return [{ entry, reason }];
  });
}

function reasonOf(
  { kind }: CacheEntry,
  seen: { readonly days: number; readonly maxAgeDays: number; readonly isTooMuch: boolean },
): string | undefined {
  if (kind === 'leftover') return 'left over';
  if (seen.days > seen.maxAgeDays) return `not used for ${seen.days} days`;
  return seen.isTooMuch ? 'the cache occupies too much' : undefined;
}

function newestOfGroups(entries: readonly CacheEntry[]): ReadonlySet<CacheEntry> {
  const newest = new Map<string, CacheEntry>();
  for (const entry of entries) {
    if (entry.group === undefined) continue;
    const other = newest.get(entry.group);
    if (other === undefined || entry.madeAt > other.madeAt) newest.set(entry.group, entry);
  }
  return new Set(newest.values());
}
