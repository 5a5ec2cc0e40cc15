/**
 * The release that a candidate is measured by: the last of its channel that was not revoked. What was taken
 * back for being bad must not be what the next one may be as bad as.
 */

import { runsOn } from './cells.js';
import type { Evidence, PastPromotion } from './evidence.js';
import { revocationOf } from './ledger-facts.js';
import type { RunEvidence } from './run-evidence.js';

type Known = Pick<Evidence, 'baseline' | 'promotions' | 'revocations' | 'runs'>;

export interface Measure {
  readonly version: string;
  /** How findings name it: with the reason where it is not simply what the channel has. */
  readonly named: string;
  /** SHA-256 of its images and payloads. */
  readonly digests: ReadonlySet<string>;
  /** On its images, oldest first. */
  readonly runs: readonly RunEvidence[];
}

/** Undefined for a channel's first release. Where all that it had was revoked, it stays what the channel has. */
export function measureOf(evidence: Known, channel: string): Measure | undefined {
  const { baseline, promotions } = evidence;
  if (baseline === undefined) return undefined;
  const { version, images } = baseline;
  const digests = images.flatMap(({ sha256, payloadSha256 }) => [sha256, payloadSha256]);
  const known = { digests: new Set(digests), runs: runsOn(images, baseline.runs) };
  if (!isRevoked({ version, digests }, evidence)) return { version, named: version, ...known };
  const own = promotions.filter((one) => one.channel === channel);
  const good = own.findLast((one) => !isRevoked(one, evidence));
  if (good) return measureBy(good, version, evidence);
  return { version, named: `${version}, revoked as all that ${channel} had`, ...known };
}

function measureBy({ version, digests }: PastPromotion, revoked: string, { runs }: Known): Measure {
  const own = runs
    .map(({ evidence }) => evidence)
    .filter(({ imageSha256 }) => digests.includes(imageSha256))
    .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  const named = `${version}, since ${revoked} was revoked`;
  return { version, named, digests: new Set(digests), runs: own };
}

function isRevoked(
  release: Pick<PastPromotion, 'version' | 'digests'>,
  { revocations }: Pick<Evidence, 'revocations'>,
): boolean {
  return revocationOf(release, revocations) !== undefined;
}

/** Whether a release of this version was revoked, under whatever name. */
export function isRevokedVersion(
  version: string,
  evidence: Pick<Evidence, 'promotions' | 'revocations'>,
): boolean {
  const past = evidence.promotions.filter((one) => one.version === version);
  return [{ version, digests: [] }, ...past].some((one) => isRevoked(one, evidence));
}
