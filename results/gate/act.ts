/**
 * What all acts of a gate have in common: who may sign, under which policy, and about what.
 */

import { UsageError } from '../../harness/base/errors.js';
import { type AcceptedPolicy, keepPolicy, notAccepted } from './accepted-policy.js';
import type { Candidate } from './candidate.js';
import { digestOf } from './canonical-json.js';
import type { Envelope } from './envelope.js';
import type { GateRequest } from './evaluate.js';
import { type LedgerEntry, makeEntry, type NewEntry } from './ledger.js';
import { knownRunsOf, knownStatementsOf, promotionsOf, revocationsOf } from './ledger-facts.js';
import {
  type GateContext,
  type GateState,
  type LedgerState,
  openGateState,
} from './open-ledger.js';
import { pinOf } from './policy-pin.js';
import type { Policy } from './policy-schema.js';
import { readGateRequest } from './read-request.js';
import { isAbout } from './rules/revocations.js';
import { requireTrusted, trustedKeys } from './signers.js';

/** A gate, and who is about to act on it. */
export interface Situation {
  readonly state: GateState;
  readonly context: GateContext;
}

/**
 * The state of a gate that is acted on; who calls it holds the lock. Throws what opening it throws,
 * NO_KEY, UNTRUSTED_KEY and POLICY_NOT_ACCEPTED (usage).
 */
export async function openToAct(context: GateContext): Promise<GateState> {
  const state = await openGateState(context);
  requireSigners(state, context);
  requireAccepted(state.policy, state.accepted);
  return state;
}

/** Nobody would believe a record of somebody whom the policy does not name. */
export function requireSigners(
  { policy, accepted }: LedgerState,
  { signers }: Pick<GateContext, 'signers'>,
): void {
  if (signers.length === 0) throw new UsageError('NO_KEY', 'nobody signs; give --key SOURCE');
  for (const { trust } of [policy, ...(accepted ? [accepted.policy] : [])]) {
    const trusted = trustedKeys(trust.gate);
    for (const signer of signers) requireTrusted(signer, trusted, 'gate keys');
  }
}

/** Nothing is signed under a policy that nobody agreed to. Throws POLICY_NOT_ACCEPTED (usage). */
export function requireAccepted(policy: Policy, accepted: AcceptedPolicy | undefined): void {
  const digest = digestOf(policy);
  if (accepted === undefined || accepted.digest === digest) return;
  throw notAccepted(digest, accepted);
}

/** Everything that a verdict on this release is made from, now. */
export async function requestOf(
  { version, to }: { readonly version: string; readonly to: string },
  { state, context }: Situation,
): Promise<GateRequest> {
  const { entries, accepted, policy } = state;
  return await readGateRequest(context.directory, {
    version,
    to,
    now: context.now,
    currently: state.channels.get(to)?.release,
    promotions: promotionsOf(entries),
    revocations: revocationsOf(entries),
    knownRuns: knownRunsOf(entries),
    knownStatements: knownStatementsOf(entries),
    pin: pinOf(accepted ?? { policy, digest: digestOf(policy) }),
  });
}

/** Throws REVOKED (usage). */
export function requireNotRevoked(entries: readonly LedgerEntry[], candidate: Candidate): void {
  const found = revocationsOf(entries).find((one) => isAbout(one, candidate));
  if (found === undefined) return;
  throw new UsageError('REVOKED', `${found.version} was revoked: ${found.reason}`);
}

/** The record that follows the ledger's last; the first of all keeps the policy that it pins. */
export async function sign(
  entry: NewEntry,
  { state, context }: { readonly state: LedgerState; readonly context: GateContext },
): Promise<Envelope> {
  if (state.accepted === undefined) await keepPolicy(context.directory, state.policy);
  return await makeEntry(state.entries, entry, context.signers);
}
