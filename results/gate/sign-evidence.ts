/**
 * Signing what people say of a release: approvals.
 */

import { join } from 'node:path';
import { UsageError } from '../../harness/base/errors.js';
import { acceptedPolicy } from './accepted-policy.js';
import { requireAccepted } from './act.js';
import type { Candidate } from './candidate.js';
import { digestOf } from './canonical-json.js';
import { candidateDigest, isSamePerson } from './consent.js';
import type { Signer } from './envelope.js';
import type { Approval } from './field-evidence.js';
import { gateFiles, mayTake, readCandidate } from './gate-directory.js';
import { keepStatement } from './keep-statement.js';
import { readDecided } from './open-ledger.js';
import type { Policy } from './policy-schema.js';
import { readWaivers } from './read-waivers.js';
import { subjectsOf } from './record.js';
import { requireOwnKey } from './signers.js';
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
  request: ApprovalRequest,
  signer: Signer,
): Promise<SignedApproval> {
  const { version, to, approver, now } = request;
  const { policy, entries } = await readDecided(directory);
  requireAccepted(policy, await acceptedPolicy(entries, directory));
  const candidate = await readCandidate(directory, version);
  const keys = policy.trust.approvers;
  requireOwnKey(signer, approver, { keys, role: 'approvers', does: 'approve' });
  requireOther(approver, candidate);
  requireEdge(policy, candidate, to);
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
  const path = await keepStatement(folder, `${version}-${to}-${approver}`, envelope);
  return { path, candidate, waivers };
}

function requireOther(approver: string, { author, version }: Candidate): void {
  if (!isSamePerson(approver, author)) return;
  const message = `${approver} made ${version}, and can’t approve it; ask another`;
  throw new UsageError('OWN_RELEASE', message);
}

/** What a channel had before the gate is of that channel, and no edge leads there. */
function requireEdge({ edges }: Policy, candidate: Candidate, to: string): void {
  if (candidate.channel === to) return;
  if (edges.some((edge) => edge.to === to && mayTake(edge, candidate))) return;
  const seen = `the policy has no edge to ${to} for ${candidate.version} of ${candidate.channel}`;
  throw new UsageError('UNKNOWN_EDGE', `${seen}; nothing to approve`);
}
