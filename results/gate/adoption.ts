/**
 * Consent to an adoption. A gate that has judged nothing takes note of what is there; later on a channel
 * that is still empty would be a way around every rule, so people must agree as to a promotion.
 */

import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../harness/base/errors.js';
import { type AcceptedPolicy, acceptedPolicy } from './accepted-policy.js';
import type { Candidate } from './candidate.js';
import { canonicalJson } from './canonical-json.js';
import { type ConsentScope, whyNot } from './consent.js';
import { type Envelope, parseEnvelope } from './envelope.js';
import { approvalSchema, candidateSchema } from './evidence-schema.js';
import type { Approval } from './field-evidence.js';
import { gateFiles } from './gate-directory.js';
import type { LedgerEntry } from './ledger.js';
import { notVerified } from './not-verified.js';
import { pinOf } from './policy-pin.js';
import {
  openStatement,
  problemOf,
  readEvidenceFile,
  readStatements,
  type SignedPart,
} from './read-statements.js';
import { subjectsOf } from './record.js';
import { trustedKeys } from './signers.js';

/** What an adoption that needs consent states besides: to what, and that it was given. */
export interface AdoptionConsent {
  readonly candidate: Candidate;
  readonly approvals: readonly Envelope[];
}

/** Which release into which channel, under which policy. */
interface Adoption {
  readonly candidate: Candidate;
  readonly to: string;
  readonly accepted: AcceptedPolicy;
  readonly now: Date;
}

/** Whether these records are those of a gate that judges. */
export function hasJudged(entries: readonly LedgerEntry[]): boolean {
  return entries.some(({ kind }) => kind === 'verdict' || kind === 'promotion');
}

/** Throws NOT_APPROVED (usage) for too few, and what reading approvals throws. */
export async function readConsent(directory: string, adoption: Adoption): Promise<AdoptionConsent> {
  const { candidate, to, accepted } = adoption;
  const folder = join(directory, gateFiles.approvals);
  const trusted = trustedKeys(accepted.policy.trust.approvers);
  const parts = await readStatements({ folder, kind: 'approval', schema: approvalSchema, trusted });
  const scope = scopeOf(adoption);
  const valid = parts.filter((one) => counts(one, scope));
  const approvals = await Promise.all(
    valid.map(async ({ where }) => parseEnvelope(await readEvidenceFile(where), where)),
  );
  const names = [...new Set(valid.map(({ value }) => value.approver))];
  const { count } = pinOf(accepted);
  if (names.length >= count) return { candidate, approvals };
  const why = `this gate judges, and ${to} takes what nobody judged with ${count} approvals only`;
  const seen = `${names.length} are there${names.length > 0 ? `, of ${names.join(', ')}` : ''}`;
  const next = `sign with yard gate approve ${candidate.version} --to ${to}`;
  throw new UsageError('NOT_APPROVED', `${why}; ${seen}; ${next}`);
}

function scopeOf({ candidate, to, accepted, now }: Adoption): ConsentScope {
  const { policy, digest: policyDigest } = accepted;
  const { maxAgeDays } = policy.evidence;
  return { candidate, makers: [candidate.author], to, policyDigest, maxAgeDays, now };
}

/** Given by whom it names, and for this. */
function counts({ value, by }: SignedPart<Approval>, scope: ConsentScope): boolean {
  return by.includes(value.approver) && whyNot(value, scope).length === 0;
}

/** Who consents by these, each once. */
function namesOf(approvals: readonly unknown[], adoption: Adoption): readonly string[] {
  const trusted = trustedKeys(adoption.accepted.policy.trust.approvers);
  const scope = scopeOf(adoption);
  const names = approvals.flatMap((envelope) => {
    const expected = { kind: 'approval', schema: approvalSchema, trusted } as const;
    const where = 'an approval of an adoption';
    const part = openStatement(JSON.stringify(envelope), { ...expected, where });
    return counts(part, scope) ? [part.value.approver] : [];
  });
  return [...new Set(names)];
}

const consentSchema = z.looseObject({
  to: z.string(),
  at: z.iso.datetime(),
  candidate: candidateSchema,
  approvals: z.array(z.unknown()),
});

/** Looks at all that the record states, by what was before it. Throws NOT_VERIFIED (usage). */
export async function requireConsent(
  { predicate, subjects }: LedgerEntry,
  before: readonly LedgerEntry[],
  directory: string,
): Promise<void> {
  if (!hasJudged(before)) return;
  const result = consentSchema.safeParse(predicate);
  if (!result.success) throw notVerified(`it adopts without consent: ${problemOf(result.error)}`);
  const { candidate, to, at, approvals } = result.data;
  if (canonicalJson(subjectsOf(candidate)) !== canonicalJson(subjects)) {
    throw notVerified('it is about other images than those that were agreed to');
  }
  const accepted = await acceptedPolicy(before, directory);
  // Records of a time when nothing was pinned say nothing of it.
  if (accepted === undefined) return;
  const names = namesOf(approvals, { candidate, to, accepted, now: new Date(at) });
  const { count } = pinOf(accepted);
  if (names.length >= count) return;
  throw notVerified(`it adopts with ${names.length} approvals, of ${count} that it needs`);
}
