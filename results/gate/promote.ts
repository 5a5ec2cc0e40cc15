/**
 * The act: judges once more, at this moment, and moves the channel. One rename of the publisher makes
 * both the release and its record true; whatever dies before it has changed nothing, and whatever dies
 * after it is finished by the next that comes along.
 */

import { UsageError } from '../../harness/base/errors.js';
import type { ChannelRelease } from '../../harness/model/channel-layout.js';
import { ownVersion } from '../own-version.js';
import { canonicalJson } from './canonical-json.js';
import type { Envelope } from './envelope.js';
import { evaluate, type GateRequest, type GateVerdict } from './evaluate.js';
import type { Candidate } from './evidence.js';
import { readGateRequest } from './gate-directory.js';
import { keepInputs } from './inputs.js';
import { appendEntry, type LedgerEntry, makeEntry, type NewEntry } from './ledger.js';
import {
  type GateContext,
  type GateState,
  knownRunsOf,
  ledgerPath,
  lockGate,
  openGateState,
  promotionsOf,
  readGateState,
  revocationsOf,
} from './open-ledger.js';
import { recordOf, subjectsOf } from './record.js';
import { isAbout } from './rules/revocations.js';
import { requireTrusted, trustedKeys } from './signers.js';

export interface PromotionRequest {
  readonly version: string;
  readonly to: string;
  /** What the channel must have: the promotion is refused when it has moved on. */
  readonly expected?: string;
}

/** What came of it; `record` when the channel was moved, now or before. */
export interface Promotion {
  readonly verdict: GateVerdict | undefined;
  readonly outcome: 'promoted' | 'already' | 'refused';
  readonly record?: Envelope;
}

/**
 * Promotes if the gate says so. Throws what reading throws, NO_KEY, UNTRUSTED_KEY, CHANNEL_MOVED and REVOKED
 * (usage), and has then changed nothing.
 */
export async function promote(request: PromotionRequest, context: GateContext): Promise<Promotion> {
  await using _lock = await lockGate(context);
  const state = await openGateState(context);
  requireSigners(state, context);
  const { version, to, expected } = request;
  const current = state.channels.get(to);
  const currently = current?.release.version;
  const gate = await requestOf(request, { state, context });
  requireNotRevoked(state.entries, gate.evidence.candidate);
  if (current && currently === version) {
    requireSameImages(current.release, gate.evidence.candidate, to);
    return { verdict: undefined, outcome: 'already', record: current.record };
  }
  if (expected !== undefined && expected !== (currently ?? 'nothing')) {
    const seen = `the channel ${to} has ${currently ?? 'nothing'}, not ${expected}`;
    throw new UsageError('CHANNEL_MOVED', `${seen}; look at it again`);
  }
  const verdict = evaluate(gate);
  const judged = { state, gate, verdict, context };
  if (verdict.verdict !== 'promote') {
    await appendEntry(ledgerPath(context), await prepare('verdict', judged));
    return { verdict, outcome: 'refused' };
  }
  const record = await prepare('promotion', judged);
  const { images } = gate.evidence.candidate;
  const publication = { release: { version, images }, record, replaces: currently };
  await context.publisher.publish(to, publication);
  await appendEntry(ledgerPath(context), record);
  return { verdict, outcome: 'promoted', record };
}

/** Judges, and writes the verdict into the ledger when there is somebody to sign it. */
export async function check(request: PromotionRequest, context: GateContext): Promise<GateVerdict> {
  if (context.signers.length === 0) {
    const state = await readGateState(context);
    return evaluate(await requestOf(request, { state, context }));
  }
  await using _lock = await lockGate(context);
  const state = await openGateState(context);
  requireSigners(state, context);
  const gate = await requestOf(request, { state, context });
  const verdict = evaluate(gate);
  const record = await prepare('verdict', { state, gate, verdict, context });
  await appendEntry(ledgerPath(context), record);
  return verdict;
}

/** States that a release is not to be promoted any more. Nothing is taken out of any channel. */
export async function revoke(
  candidate: Candidate,
  reason: string,
  context: GateContext,
): Promise<Envelope> {
  await using _lock = await lockGate(context);
  const state = await openGateState(context);
  const predicate = { version: candidate.version, reason, at: context.now.toISOString() };
  const subjects = subjectsOf(candidate);
  const record = await sign({ kind: 'revocation', subjects, predicate }, state, context);
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
  const state = await openGateState(context);
  const current = state.channels.get(to);
  if (current !== undefined) {
    const seen = `the channel ${to} has ${current.release.version} already`;
    throw new UsageError('CHANNEL_MOVED', `${seen}; what comes after it is promoted, not adopted`);
  }
  requireNotRevoked(state.entries, candidate);
  const { version, images } = candidate;
  const predicate = { version, to, at: context.now.toISOString() };
  const subjects = subjectsOf(candidate);
  const record = await sign({ kind: 'adoption', subjects, predicate }, state, context);
  const publication = { release: { version, images }, record, replaces: undefined };
  await context.publisher.publish(to, publication);
  await appendEntry(ledgerPath(context), record);
  return record;
}

function requireSameImages(release: ChannelRelease, candidate: Candidate, to: string): void {
  if (canonicalJson(subjectsOf(release)) === canonicalJson(subjectsOf(candidate))) return;
  const seen = `the channel ${to} has ${release.version}, and of other images`;
  throw new UsageError(
    'CHANNEL_MOVED',
    `${seen}; a release that was made again needs a new version`,
  );
}

interface Situation {
  readonly state: GateState;
  readonly context: GateContext;
}

async function requestOf(
  { version, to }: PromotionRequest,
  { state, context }: Situation,
): Promise<GateRequest> {
  return await readGateRequest(context.directory, {
    version,
    to,
    now: context.now,
    currently: state.channels.get(to)?.release,
    promotions: promotionsOf(state.entries),
    revocations: revocationsOf(state.entries),
    knownRuns: knownRunsOf(state.entries),
  });
}

/** Nobody would believe a record of somebody whom the policy does not name. */
function requireSigners({ policy }: GateState, { signers }: GateContext): void {
  const trusted = trustedKeys(policy.trust.gate);
  if (signers.length === 0) throw new UsageError('NO_KEY', 'nobody signs; give --key SOURCE');
  for (const signer of signers) requireTrusted(signer, trusted, 'gate keys');
}

function requireNotRevoked(entries: readonly LedgerEntry[], candidate: Candidate): void {
  const found = revocationsOf(entries).find((one) => isAbout(one, candidate));
  if (found === undefined) return;
  throw new UsageError('REVOKED', `${found.version} was revoked: ${found.reason}`);
}

interface Judged extends Situation {
  readonly gate: GateRequest;
  readonly verdict: GateVerdict;
}

async function prepare(
  kind: 'verdict' | 'promotion',
  { state, gate, verdict, context }: Judged,
): Promise<Envelope> {
  const inputs = await keepInputs(context.directory, gate);
  const predicate = recordOf(gate, verdict, { inputs, switchyard: await ownVersion() });
  const subjects = subjectsOf(gate.evidence.candidate);
  return await sign({ kind, subjects, predicate }, state, context);
}

async function sign(entry: NewEntry, state: GateState, context: GateContext): Promise<Envelope> {
  requireSigners(state, context);
  return await makeEntry(state.entries, entry, context.signers);
}
