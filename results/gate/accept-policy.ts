/**
 * A change of the policy: people agree to it, and the gate's key writes it into the ledger. From then on
 * releases are judged by the new one.
 */

import { UsageError } from '../../harness/base/errors.js';
import { type AcceptedPolicy, acceptedPolicy } from './accepted-policy.js';
import { requireSigners, type Situation, sign } from './act.js';
import { digestOf } from './canonical-json.js';
import type { Envelope, Signer } from './envelope.js';
import { gateFiles } from './gate-directory.js';
import { appendEntry } from './ledger.js';
import {
  type GateContext,
  ledgerPath,
  lockToAct,
  openGateState,
  readDecided,
} from './open-ledger.js';
import {
  approversOf,
  type PolicyChange,
  readPolicyApprovals,
  signPolicyApproval,
} from './policy-approvals.js';
import { pinOf } from './policy-pin.js';

/**
 * Signs that the policy as it is now may take the place of the accepted one. Returns the file. Throws
 * NOTHING_TO_ACCEPT, UNTRUSTED_KEY and NOT_YOUR_KEY (usage), and what reading the ledger throws.
 */
export async function approvePolicy(
  directory: string,
  {
    approver,
    now,
    signer,
  }: { readonly approver: string; readonly now: Date; readonly signer: Signer },
): Promise<string> {
  const { policy, entries } = await readDecided(directory);
  const accepted = await acceptedPolicy(entries, directory);
  const change = changeOf(accepted, digestOf(policy), now);
  return await signPolicyApproval(directory, approver, { ...change, signer });
}

function changeOf(before: AcceptedPolicy | undefined, digest: string, now: Date): PolicyChange {
  if (before !== undefined && before.digest !== digest) return { before, digest, now };
  const seen = before ? `it is what record ${before.record} accepted` : 'the ledger is empty';
  const next = before ? 'change it first' : 'its first record accepts it';
  throw new UsageError('NOTHING_TO_ACCEPT', `the policy needs no consent: ${seen}; ${next}`);
}

/**
 * Appends that the policy as it is now is the gate's. Throws NOTHING_TO_ACCEPT, NOT_APPROVED, NO_KEY and
 * UNTRUSTED_KEY (usage), and what opening the gate throws; nothing is changed then.
 */
export async function acceptPolicy(
  given: GateContext,
): Promise<{ readonly record: Envelope; readonly approvers: readonly string[] }> {
  await using locked = await lockToAct(given);
  const { context } = locked;
  const state = await openGateState(context);
  requireSigners(state, context);
  const change = changeOf(state.accepted, digestOf(state.policy), context.now);
  const approvals = await readPolicyApprovals(context.directory, change.before);
  const approvers = approversOf(approvals, change);
  requireEnough(approvers, change);
  const record = await signAcceptance(approvals, change, { state, context });
  await appendEntry(ledgerPath(context), record);
  return { record, approvers };
}

function requireEnough(names: readonly string[], { before, digest }: PolicyChange): void {
  const { count, approvers } = pinOf(before);
  if (names.length >= count) return;
  const wanted = `the policy ${digest.slice(0, 12)} needs ${count} approvals of ${approvers.join(', ')}`;
  const seen = `${names.length} are there${names.length > 0 ? `, of ${names.join(', ')}` : ''}`;
  const next = 'sign with yard gate policy approve --as NAME --key KEY';
  throw new UsageError('NOT_APPROVED', `${wanted}; ${seen}; ${next}`);
}

async function signAcceptance(
  approvals: readonly unknown[],
  { digest, now }: PolicyChange,
  situation: Situation,
): Promise<Envelope> {
  const { policy } = situation.state;
  const subjects = [{ name: gateFiles.policy, sha256: digest }];
  const predicate = { digest, policy, approvals, at: now.toISOString() };
  return await sign({ kind: 'policy', subjects, predicate }, situation);
}
