/**
 * A release and the images that it is. Digests are lower-case hexadecimal SHA-256.
 */

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

/** What it was rebuilt from within its branch: releases of other branches say nothing of it. */
export function relatedTo({ version, lineage }: Candidate): readonly Ancestor[] {
  const [branch] = version.split('.');
  return lineage.filter((one) => one.version.split('.')[0] === branch);
}

/** A version and the images that it is. */
export interface KnownRelease {
  readonly version: string;
  readonly images: readonly CandidateImage[];
}
