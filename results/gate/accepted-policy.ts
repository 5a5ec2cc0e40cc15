/**
 * Which policy a gate has: the one that the ledger's first record was made under, and after it whatever
 * a record of kind `policy` accepted. That record is signed by a gate key of the policy before, and has
 * in it the policy itself and the consent of people whom the policy before names.
 */

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { toError, UsageError } from '../../harness/base/errors.js';
import { writeWhole } from '../record-file.js';
import { canonicalJson, digestOf, sha256 } from './canonical-json.js';
import { openEnvelope } from './envelope.js';
import type { LedgerEntry } from './ledger.js';
import { approversOf } from './policy-approvals.js';
import { howToAccept, pinOf } from './policy-pin.js';
import type { Policy } from './policy-schema.js';
import { problemOf } from './read-statements.js';
import { trustedKeys } from './signers.js';

/** A policy, and where the ledger accepted it. */
export interface AcceptedPolicy {
  readonly policy: Policy;
  readonly digest: string;
  /** The number of the record. */
  readonly record: number;
  /** The digest of the record, which approvals of the next policy name. */
  readonly statement: string;
}

/** What the record of an acceptance states. */
const acceptanceSchema = z.looseObject({
  digest: z.string(),
  policy: z.unknown(),
  at: z.iso.datetime(),
  approvals: z.array(z.unknown()),
});

/**
 * The policy that the last record leaves; undefined of an empty ledger. Throws BAD_ACCEPTANCE (usage)
 * for a record under another policy or an acceptance that does not hold, BAD_ENVELOPE for one by a
 * stranger, INPUTS_MISSING and INPUTS_CHANGED when the first policy is not kept.
 */
export async function acceptedPolicy(
  entries: readonly LedgerEntry[],
  directory: string,
): Promise<AcceptedPolicy | undefined> {
  let accepted: AcceptedPolicy | undefined;
  for (const entry of entries) accepted = await after(entry, accepted, directory);
  return accepted;
}

async function after(
  entry: LedgerEntry,
  accepted: AcceptedPolicy | undefined,
  directory: string,
): Promise<AcceptedPolicy | undefined> {
  if (entry.kind === 'policy') return requireAcceptance(entry, accepted);
  const { policy: digest } = entry.predicate;
  const { sequence: record } = entry.link;
  if (accepted !== undefined) {
    if (digest === accepted.digest) return accepted;
    const under = typeof digest === 'string' ? digest.slice(0, 12) : 'no policy';
    throw unaccepted(record, `it is made under ${under}`);
  }
  // Records of a time when nothing was pinned say nothing of it.
  if (typeof digest !== 'string') return undefined;
  return { policy: await keptPolicy(directory, digest), digest, record, statement: entry.digest };
}

/** Everything that it states is looked at, as if nobody had looked before. */
function requireAcceptance(
  { envelope, link, predicate, digest: statement }: LedgerEntry,
  accepted: AcceptedPolicy | undefined,
): AcceptedPolicy {
  const { sequence: record } = link;
  if (accepted === undefined) throw unaccepted(record, 'no policy was there before');
  const { trust } = accepted.policy;
  openEnvelope(envelope, trustedKeys(trust.gate), `record ${record}, by the policy before it`);
  const result = acceptanceSchema.safeParse(predicate);
  if (!result.success) throw unaccepted(record, problemOf(result.error));
  const { digest, policy, at, approvals } = result.data;
  if (digestOf(policy) !== digest) throw unaccepted(record, 'its policy has another digest');
  const names = approversOf(approvals, { before: accepted, digest, now: new Date(at) });
  const { count } = pinOf(accepted);
  if (names.length < count) {
    throw unaccepted(record, `${names.length} approved it, of ${count} that it needs`);
  }
  return { policy: policy as Policy, digest, record, statement };
}

function unaccepted(record: number, reason: string): UsageError {
  return new UsageError(
    'BAD_ACCEPTANCE',
    `record ${record} of the ledger: ${reason}; put back the ledger that was before it`,
  );
}

/** POLICY_NOT_ACCEPTED (usage), with who must do what; `digest` is that of the policy that is there. */
export function notAccepted(digest: string, accepted: AcceptedPolicy): UsageError {
  const known = `record ${accepted.record} accepted ${accepted.digest.slice(0, 12)}`;
  const seen = `policy.yaml is ${digest.slice(0, 12)}, and ${known}`;
  return new UsageError('POLICY_NOT_ACCEPTED', `${seen}; ${howToAccept(pinOf(accepted))}`);
}

function pathOf(directory: string, digest: string): string {
  return join(directory, 'inputs', 'policies', `${digest}.json`);
}

/** Keeps the policy that the first record pins. Doing it twice changes nothing. */
export async function keepPolicy(directory: string, policy: Policy): Promise<void> {
  const path = pathOf(directory, digestOf(policy));
  await mkdir(join(path, '..'), { recursive: true });
  await writeWhole(path, canonicalJson(policy));
}

async function keptPolicy(directory: string, digest: string): Promise<Policy> {
  const path = pathOf(directory, digest);
  const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
    const why = `cannot read the accepted policy ${path}: ${toError(thrown).message}`;
    throw new UsageError('INPUTS_MISSING', `${why}; put it back`);
  });
  if (sha256(text) === digest) return JSON.parse(text) as Policy;
  throw new UsageError('INPUTS_CHANGED', `the accepted policy ${path} was changed; put it back`);
}
