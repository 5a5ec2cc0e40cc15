/**
 * Acts without a verdict: taking note of what a channel had before the gate, and taking back what was
 * promoted.
 */

import { UsageError } from '../../harness/base/errors.js';
import { openToAct, requireNotRevoked, sign } from './act.js';
import type { Candidate } from './candidate.js';
import { digestOf } from './canonical-json.js';
import type { Envelope } from './envelope.js';
import { appendEntry } from './ledger.js';
import { type GateContext, ledgerPath, lockGate } from './open-ledger.js';
import { subjectsOf } from './record.js';

/** States that a release is not to be promoted any more. Nothing is taken out of any channel. */
export async function revoke(
  candidate: Candidate,
  reason: string,
  context: GateContext,
): Promise<Envelope> {
  await using _lock = await lockGate(context);
  const state = await openToAct(context);
  const { version } = candidate;
  const policy = digestOf(state.policy);
  const predicate = { version, reason, policy, at: context.now.toISOString() };
  const subjects = subjectsOf(candidate);
  const record = await sign({ kind: 'revocation', subjects, predicate }, { state, context });
  await appendEntry(ledgerPath(context), record);
  return record;
}

/**
 * Takes note of what an empty channel has had all along, without judging it, so that the next release
 * has something to be compared with. Throws CHANNEL_MOVED (usage) for a channel that the gate knows.
 */
export async function adopt(
  candidate: Candidate,
  to: string,
  context: GateContext,
): Promise<Envelope> {
  await using _lock = await lockGate(context);
  const state = await openToAct(context);
  const current = state.channels.get(to);
  if (current !== undefined) {
    const seen = `the channel ${to} has ${current.release.version} already`;
    throw new UsageError('CHANNEL_MOVED', `${seen}; what comes after it is promoted, not adopted`);
  }
  requireNotRevoked(state.entries, candidate);
  const { version, images } = candidate;
  const policy = digestOf(state.policy);
  const predicate = { version, to, policy, at: context.now.toISOString() };
  const subjects = subjectsOf(candidate);
  const record = await sign({ kind: 'adoption', subjects, predicate }, { state, context });
  const publication = { release: { version, images }, record, replaces: undefined };
  await context.publisher.publish(to, publication);
  await appendEntry(ledgerPath(context), record);
  return record;
}
