/**
 * The state of the channels, and the verdict on every release that may come next. Changes nothing.
 */

import { toError } from '../../harness/base/errors.js';
import type { ChannelState } from './board.js';
import type { Candidate } from './candidate.js';
import type { GateVerdict } from './evaluate.js';
import type { PastPromotion } from './evidence.js';
import { mayTake, readCandidates } from './gate-directory.js';
import { promotionsOf, revocationOf, revocationsOf } from './ledger-facts.js';
import { type GateContext, type GateState, readGateState } from './open-ledger.js';
import { check } from './promote.js';
import { compare } from './waiver.js';

/** Throws what reading policy, ledger and channels throws; of a single candidate it is told. */
export async function readBoard(context: GateContext): Promise<readonly ChannelState[]> {
  const state = await readGateState(context);
  const candidates = await readCandidates(context.directory);
  const board: ChannelState[] = [];
  for (const [channel, published] of state.channels) {
    const version = published?.release.version;
    const next = nextFor(channel, { state, candidates, version });
    const verdicts = await Promise.all(next.map(async (one) => await judge(one, channel, context)));
    const own = promotionsOf(state.entries).findLast((one) => isOf(one, channel, version));
    const revoked = own && revocationOf(own, revocationsOf(state.entries))?.reason;
    const half = state.halfMoved.get(channel);
    board.push({ channel, version, since: own?.at, half, revoked, candidates: verdicts });
  }
  return board;
}

function isOf(promotion: PastPromotion, channel: string, version: string | undefined): boolean {
  return promotion.channel === channel && promotion.version === version;
}

interface Place {
  readonly state: GateState;
  readonly candidates: readonly Candidate[];
  readonly version: string | undefined;
}

/** Of the edges to this channel, and later than what it has. */
function nextFor(channel: string, { state, candidates, version }: Place): readonly string[] {
  const edges = state.policy.edges.filter(({ to }) => to === channel);
  return candidates
    .filter((one) => edges.some((edge) => mayTake(edge, one)))
    .filter((one) => version === undefined || compare(one.version, version) > 0)
    .map((one) => one.version)
    .sort(compare);
}

async function judge(
  version: string,
  to: string,
  context: GateContext,
): Promise<ChannelState['candidates'][number]> {
  try {
    const verdict: GateVerdict = await check({ version, to }, { ...context, signers: [] });
    return { version, verdict };
  } catch (thrown) {
    return { version, problem: toError(thrown).message };
  }
}
