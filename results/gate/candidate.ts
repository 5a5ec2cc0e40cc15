/**
 * A release and the images that it is. Digests are lower-case hexadecimal SHA-256.
 */

import { digestOf } from './canonical-json.js';
import { compare } from './waiver.js';

/** What is to be promoted. Digests are lower-case hexadecimal SHA-256. */
export interface Candidate {
  /** os-release's `NAME`: evidence of another system is none. */
  readonly osName: string;
  readonly version: string;
  /** Of the candidate itself, before its promotion. */
  readonly channel: string;
  readonly images: readonly CandidateImage[];
  /** Who made the release, and may not approve it. */
  readonly author: string;
  readonly security: boolean;
  /** When it came out in its channel, ISO 8601. */
  readonly publishedAt: string;
  /** Releases of the channels before that this one was rebuilt from, oldest first. */
  readonly lineage: readonly Ancestor[];
  /** Revoked releases of its branch that it has nothing of. */
  readonly without?: readonly string[];
}

export interface CandidateImage {
  readonly arch: string;
  readonly sha256: string;
  readonly payloadSha256: string;
}

export interface Ancestor {
  readonly version: string;
  readonly channel: string;
  readonly publishedAt: string;
}

/** What people tried: its bytes, whatever else is said of it. */
export function imagesDigest({ images }: Candidate): string {
  return digestOf([...images].sort((a, b) => (a.arch < b.arch ? -1 : 1)));
}

/**
 * What it was rebuilt from within its branch, of each channel the latest: releases of other branches say
 * nothing of it, and earlier ones of its own gave way to others for a reason.
 */
export function nearestAncestors({ version, lineage }: Candidate): readonly Ancestor[] {
  const nearest = new Map<string, Ancestor>();
  for (const one of lineage.filter(
    (ancestor) => branchOf(ancestor.version) === branchOf(version),
  )) {
    const known = nearest.get(one.channel);
    if (known === undefined || compare(known.version, one.version) < 0)
      nearest.set(one.channel, one);
  }
  return [...nearest.values()];
}

/** The first number of a version: what is rebuilt for other channels keeps it. */
export function branchOf(version: string): number {
  return Number.parseInt(version, 10);
}

/** A version and the images that it is. */
export interface KnownRelease {
  readonly version: string;
  readonly images: readonly CandidateImage[];
}
