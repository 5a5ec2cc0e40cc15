/**
 * Which approvals count: of this candidate as it is described, for this channel, under this policy, given
 * lately, and by others than those who made it.
 */

import { type Candidate, imagesDigest } from './candidate.js';
import { digestOf } from './canonical-json.js';
import type { Evidence } from './evidence.js';
import type { Approval } from './field-evidence.js';

/** What an approval must be for to count. */
export interface ConsentScope {
  readonly candidate: Candidate;
  /** Who made these images, see {@link makersOf}. */
  readonly makers: readonly string[];
  readonly to: string;
  readonly policyDigest: string;
  readonly maxAgeDays: number;
  readonly now: Date;
}

/** What an approval is for: these images, and all that is said of their author, age and lineage. */
export function candidateDigest(candidate: Candidate): string {
  return digestOf(candidate);
}

/** Whom the file names, and who ever signed to have made the same bytes, whatever it says now. */
export function makersOf({
  candidate,
  authorships = [],
}: Pick<Evidence, 'candidate' | 'authorships'>): readonly string[] {
  const images = imagesDigest(candidate);
  const signed = authorships.filter((one) => one.images === images);
  return [candidate.author, ...signed.map(({ author }) => author)];
}

/** Of people's names; case says nothing. */
export function isSamePerson(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** One text with all reasons against it; empty when it counts. */
export function whyNot(approval: Approval, scope: ConsentScope): readonly string[] {
  const { candidate, makers, to, policyDigest, maxAgeDays, now } = scope;
  const { approver, version, at } = approval;
  const age = now.getTime() - Date.parse(at);
  const why: string[] = [];
  if (makers.some((one) => isSamePerson(approver, one))) why.push('made the release');
  if (version !== candidate.version) why.push(`approved ${version}`);
  if (approval.to !== to) why.push(`approved it for ${approval.to}`);
  if (approval.candidate !== candidateDigest(candidate)) why.push('approved another candidate');
  if (approval.policy !== policyDigest) why.push('approved under another policy');
  if (!(age >= 0)) why.push(`approved at ${at}, which is to come`);
  if (age > maxAgeDays * 86_400_000) why.push(`approved long ago, ${at}`);
  return why.length === 0 ? [] : [`${approver} ${why.join(', ')}`];
}
