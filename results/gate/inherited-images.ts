/**
 * Whose evidence counts for a candidate besides its own: that of what it was rebuilt from, as its lineage
 * states it, by the bytes that those releases are.
 */

import { type CandidateImage, nearestAncestors } from './candidate.js';
import type { Evidence } from './evidence.js';
import type { Measure } from './measure.js';

type Known = Pick<Evidence, 'candidate' | 'releases' | 'promotions'>;

/** The images of its nearest ancestors, by their versions; none of a release that nobody described. */
export function ancestorImages(evidence: Known): ReadonlyMap<string, readonly CandidateImage[]> {
  const ancestors = nearestAncestors(evidence.candidate);
  return new Map(ancestors.map(({ version }) => [version, knownImages(version, evidence)]));
}

/** As described; where the ledger knows the release, it must be the one that was signed into a channel. */
function knownImages(version: string, { releases, promotions }: Known): readonly CandidateImage[] {
  const images = releases.find((one) => one.version === version)?.images ?? [];
  const past = promotions.filter((one) => one.version === version);
  return images.filter(({ sha256, payloadSha256 }) => {
    return past.every(({ digests }) => digests.includes(sha256) && digests.includes(payloadSha256));
  });
}

/**
 * Digests of images whose past is the candidate's: of its nearest ancestors, and of what it is measured
 * by. Never of its own images, whose runs are evidence by themselves and would count twice.
 */
export function inheritedDigests(
  evidence: Known,
  measure: Measure | undefined,
): ReadonlySet<string> {
  const images = [...ancestorImages(evidence).values()].flat();
  const digests = new Set([...images.map(({ sha256 }) => sha256), ...(measure?.digests ?? [])]);
  for (const { sha256 } of evidence.candidate.images) digests.delete(sha256);
  return digests;
}
