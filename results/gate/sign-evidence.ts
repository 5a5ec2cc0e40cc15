/**
 * Signing what people say of a release: approvals.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../harness/base/errors.js';
import { writeWhole } from '../record-file.js';
import { acceptedPolicy } from './accepted-policy.js';
import { requireAccepted } from './act.js';
import type { Candidate } from './candidate.js';
import { digestOf } from './canonical-json.js';
import { digestOfEnvelope } from './chain.js';
import type { Signer } from './envelope.js';
import type { Approval } from './field-evidence.js';
import { gateFiles, mayTake, readCandidate } from './gate-directory.js';
import { readDecided } from './open-ledger.js';
import { readWaivers } from './read-waivers.js';
import { subjectsOf } from './record.js';
import { candidateDigest } from './rules/approvals.js';
import { requireTrusted, trustedKeys } from './signers.js';
import { signStatement } from './statement.js';
import { isForVersion, type Waiver } from './waiver.js';

/** Who approves, of what. */
export interface ApprovalRequest {
  readonly version: string;
  readonly to: string;
  readonly approver: string;
  readonly now: Date;
}

/** What was signed, and where it lies. */
export interface SignedApproval {
  readonly path: string;
  readonly candidate: Candidate;
  /** For this version, and signed, too. */
  readonly waivers: readonly Waiver[];
}

/**
 * Signs an approval of a candidate as it is described now, under the accepted policy. Throws UNTRUSTED_KEY,
 * NOT_YOUR_KEY, OWN_RELEASE, UNKNOWN_EDGE and POLICY_NOT_ACCEPTED (usage), and what reading policy, ledger
 * and candidate throws.
 */
export async function approve(
  directory: string,
  { version, to, approver, now }: ApprovalRequest,
  signer: Signer,
): Promise<SignedApproval> {
  const { policy, entries } = await readDecided(directory);
  requireAccepted(policy, await acceptedPolicy(entries, directory));
  const candidate = await readCandidate(directory, version);
  const { name } = requireTrusted(signer, trustedKeys(policy.trust.approvers), 'approvers');
  if (name !== approver) {
    throw new UsageError(
      'NOT_YOUR_KEY',
      `this is the key of ${name}, and you approve as ${approver}`,
    );
  }
  if (name.toLowerCase() === candidate.author.toLowerCase()) {
    throw new UsageError(
      'OWN_RELEASE',
      `${name} made ${version}, and can’t approve it; ask another`,
    );
  }
  if (!policy.edges.some((edge) => edge.to === to && mayTake(edge, candidate))) {
    const seen = `the policy has no edge to ${to} for ${version} of ${candidate.channel}`;
    throw new UsageError('UNKNOWN_EDGE', `${seen}; nothing to approve`);
  }
  const all = await readWaivers(directory, policy);
  const waivers = all.filter((waiver) => isForVersion(waiver, version));
  const predicate: Approval = {
    approver,
    version,
    to,
    candidate: candidateDigest(candidate),
    policy: digestOf(policy),
    ...(waivers.length > 0 && { waivers: waivers.map(({ digest }) => digest) }),
    at: now.toISOString(),
  };
  const statement = { subjects: subjectsOf(candidate), predicate };
  const envelope = await signStatement('approval', statement, [signer]);
  const folder = join(directory, gateFiles.approvals);
  await mkdir(folder, { recursive: true });
  const id = digestOfEnvelope(envelope).slice(0, 8);
  const path = join(folder, `${version}-${to}-${approver}-${id}.json`);
  await writeWhole(path, `${JSON.stringify(envelope)}\n`);
  return { path, candidate, waivers };
}
