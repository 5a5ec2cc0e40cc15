/**
 * What was revoked stays out: the release itself, and whatever was rebuilt from it. No policy needs to
 * name this rule, and no waiver reaches it.
 */

import { branchOf, type Candidate, nearestAncestors } from '../candidate.js';
import type { Evidence, Revocation } from '../evidence.js';
import { type GateFinding, type RuleResult, statusOf } from '../rule-result.js';
import { compare } from '../waiver.js';

type Known = Pick<Evidence, 'candidate' | 'releases' | 'promotions' | 'revocations'>;

/** Every revocation counts, whenever it was signed: nothing takes it back. */
export function judgeRevocations(evidence: Known): RuleResult {
  const { candidate, revocations } = evidence;
  const findings = [
    ...revocations.filter((one) => isAbout(one, candidate)).map((one) => ofOwn(one, candidate)),
    ...revocations.filter((one) => isUnclear(one, evidence)).map(ofUnclear),
    ...ancestorsOf(evidence).flatMap((version) => {
      const digests = digestsOf(version, evidence);
      return revocations
        .filter((one) => one.version === version || one.digests.some((each) => digests.has(each)))
        .map((one) => ofAncestor(one, version));
    }),
  ];
  const status = statusOf(findings);
  const bad = status === 'FAIL' ? 'revoked' : 'it may be rebuilt from what was revoked';
  const summary = findings.length === 0 ? 'neither it nor what it was rebuilt from' : bad;
  return { rule: 'revocations', kind: 'revocations', status, summary, findings };
}

/**
 * Of a channel before, in the same branch, and later than all that the candidate names of that channel: it may
 * have been rebuilt from it all the same.
 */
function isUnclear({ version }: Revocation, evidence: Known): boolean {
  const { candidate } = evidence;
  const isBefore = channelDigit(version) < channelDigit(candidate.version);
  if (branchOf(version) !== branchOf(candidate.version) || !isBefore) return false;
  const named = nearestAncestors(candidate).filter((one) => {
    return channelDigit(one.version) === channelDigit(version);
  });
  const isLater = named.some((one) => compare(one.version, version) >= 0);
  return (
    !isLater && !ancestorsOf(evidence).includes(version) && !candidate.without?.includes(version)
  );
}

/** A release's place among the channels: the middle number of its version. */
function channelDigit(version: string): number {
  return Number(version.split('.')[1]);
}

/** By any of its bytes or by its name: what is made again after a revocation needs a new version. */
export function isAbout(
  { version, digests }: Revocation,
  { version: own, images }: Pick<Candidate, 'version' | 'images'>,
): boolean {
  return (
    version === own ||
    images.some(({ sha256, payloadSha256 }) => {
      return digests.includes(sha256) || digests.includes(payloadSha256);
    })
  );
}

/** What it says of itself, and what the ledger says of those in turn. */
function ancestorsOf({ candidate, promotions }: Known): readonly string[] {
  const found = new Set(candidate.lineage.map(({ version }) => version));
  // What is added while it goes on is visited, too.
  for (const version of found) {
    for (const one of promotions.filter((promotion) => promotion.version === version)) {
      for (const older of one.lineage) found.add(older);
    }
  }
  found.delete(candidate.version);
  return [...found];
}

function digestsOf(version: string, { releases, promotions }: Known): ReadonlySet<string> {
  const described = releases.filter((one) => one.version === version);
  const promoted = promotions.filter((one) => one.version === version);
  return new Set([
    ...described.flatMap(({ images }) => images.flatMap((i) => [i.sha256, i.payloadSha256])),
    ...promoted.flatMap(({ digests }) => digests),
  ]);
}

function ofOwn(revocation: Revocation, { version }: Candidate): GateFinding {
  const expected = 'a release that was not revoked';
  return { subject: version, expected, seen: told(revocation), status: 'FAIL' };
}

function ofUnclear(revocation: Revocation): GateFinding {
  const { version } = revocation;
  const expected = 'a later one of its channel in the lineage, or this one in `without`';
  return { subject: version, expected, seen: told(revocation), status: 'INCONCLUSIVE' };
}

function ofAncestor(revocation: Revocation, version: string): GateFinding {
  const expected = 'to be rebuilt from releases that were not revoked';
  return { subject: version, expected, seen: told(revocation), status: 'FAIL' };
}

function told({ version, reason, at }: Revocation): string {
  return `${version} was revoked on ${at.slice(0, 10)}: ${reason}`;
}
