/**
 * Which runs may go: a pure choice by age, size and channel. Kept and living runs always stay.
 */

import type { RunListing } from './run-store.js';

/** Limits; at least one of age and size, both may be given. */
export interface RetentionPolicy {
  readonly maxAgeDays?: number;
  /** What all runs together may occupy; the oldest go first. */
  readonly maxTotalBytes?: number;
  /** Only runs of images of this channel may go. */
  readonly channel?: string;
}

/** A run that may go, and why. */
export interface Removal {
  readonly listing: RunListing;
  readonly reason: string;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Chooses among `runs`, in any order; the result is oldest first. */
export function chooseRemovals(
  runs: readonly RunListing[],
  policy: RetentionPolicy,
  now: Date,
): readonly Removal[] {
  const oldestFirst = [...runs].sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
  const candidates = oldestFirst.filter((one) => mayGo(one, policy));
  const { maxAgeDays = Infinity, maxTotalBytes = Infinity } = policy;
  let totalBytes = runs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return candidates.flatMap((listing) => {
    const ageDays = (now.getTime() - listing.startedAt.getTime()) / dayMs;
    const isOld = ageDays > maxAgeDays;
    if (!isOld && totalBytes <= maxTotalBytes) return [];
    totalBytes -= listing.sizeBytes;
    const reason = isOld ? `${Math.floor(ageDays)} days old` : 'the runs occupy too much';
    return [{ listing, reason }];
  });
}

function mayGo(listing: RunListing, { channel }: RetentionPolicy): boolean {
  if (listing.kept || listing.isLive) return false;
  if (channel === undefined) return true;
  return listing.kind === 'run' && listing.record.image.channel === channel;
}
