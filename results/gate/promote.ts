/**
 * The act: judges once more, at this moment, and moves the channel. One rename of the publisher makes
 * both the release and its record true; whatever dies before it has changed nothing, and whatever dies
 * after it is finished by the next that comes along.
 */

import { UsageError } from '../../harness/base/errors.js';
import type { ChannelRelease } from '../../harness/model/channel-layout.js';
import { ownVersion } from '../own-version.js';
import { openToAct, requestOf, requireNotRevoked, type Situation, sign } from './act.js';
import type { Candidate } from './candidate.js';
import { canonicalJson } from './canonical-json.js';
import type { Envelope } from './envelope.js';
import { evaluate, type GateRequest, type GateVerdict } from './evaluate.js';
import { keepInputs } from './inputs.js';
import { appendEntry } from './ledger.js';
import { type GateContext, ledgerPath, lockToAct, readGateState } from './open-ledger.js';
import { recordOf, subjectsOf } from './record.js';

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
 * Promotes if the gate says so. Throws what reading throws, NO_KEY, UNTRUSTED_KEY, POLICY_NOT_ACCEPTED,
 * CHANNEL_MOVED and REVOKED (usage), and has then changed nothing.
 */
export async function promote(request: PromotionRequest, given: GateContext): Promise<Promotion> {
  await using locked = await lockToAct(given);
  const { context } = locked;
  const state = await openToAct(context);
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
export async function check(request: PromotionRequest, given: GateContext): Promise<GateVerdict> {
  if (given.signers.length === 0) {
    const state = await readGateState(given);
    return evaluate(await requestOf(request, { state, context: given }));
  }
  await using locked = await lockToAct(given);
  const { context } = locked;
  const state = await openToAct(context);
  const gate = await requestOf(request, { state, context });
  const verdict = evaluate(gate);
  const record = await prepare('verdict', { state, gate, verdict, context });
  await appendEntry(ledgerPath(context), record);
  return verdict;
}

function requireSameImages(release: ChannelRelease, candidate: Candidate, to: string): void {
  if (canonicalJson(subjectsOf(release)) === canonicalJson(subjectsOf(candidate))) return;
  const seen = `the channel ${to} has ${release.version}, and of other images`;
  throw new UsageError(
    'CHANNEL_MOVED',
    `${seen}; a release that was made again needs a new version`,
  );
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
  return await sign({ kind, subjects, predicate }, { state, context });
}
