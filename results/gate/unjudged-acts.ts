/**
 * Acts without a verdict: taking note of what a channel had before the gate, and taking back what was
 * promoted.
 */

import { UsageError } from '../../harness/base/errors.js';
import { openToAct, requireNotRevoked, requireSigners, sign } from './act.js';
import { type AdoptionConsent, hasJudged, readConsent } from './adoption.js';
import type { Candidate } from './candidate.js';
import { digestOf } from './canonical-json.js';
import type { Envelope } from './envelope.js';
import { readCandidate } from './gate-directory.js';
import { appendEntry, type LedgerEntry } from './ledger.js';
import { promotionsOf } from './ledger-facts.js';
import {
  type GateContext,
  type GateState,
  ledgerPath,
  lockToAct,
  openLedger,
  readDecided,
} from './open-ledger.js';
import { subjectsOf } from './record.js';
import type { Subject } from './statement.js';

/** A release by its name and its bytes. */
type Release = Pick<Candidate, 'version' | 'images'>;

/**
 * States that a release is not to be promoted any more. Nothing is taken out of any channel, and none is
 * waited for: it may be the very channel that is wrong, or the policy that waits to be accepted.
 */
export async function revoke(
  release: Release,
  reason: string,
  given: GateContext,
): Promise<Envelope> {
  await using gate = await lockToAct(given);
  const { context } = gate;
  const state = await openLedger(context);
  requireSigners(state, context);
  const policy = state.accepted?.digest ?? digestOf(state.policy);
  const { version } = release;
  const predicate = { version, reason, policy, at: context.now.toISOString() };
  const subjects = bytesOf(release, state.entries);
  const record = await sign({ kind: 'revocation', subjects, predicate }, { state, context });
  await appendEntry(ledgerPath(context), record);
  return record;
}

/** Those that are described now, and all that were put into channels under this version. */
function bytesOf(release: Release, entries: readonly LedgerEntry[]): readonly Subject[] {
  const put = entries.filter((entry) => isPutting(entry, release.version));
  const all = [...subjectsOf(release), ...put.flatMap(({ subjects }) => subjects)];
  return [...new Map(all.map((one) => [`${one.name} ${one.sha256}`, one])).values()];
}

function isPutting(entry: LedgerEntry, version: string): boolean {
  return promotionsOf([entry]).some((one) => one.version === version);
}

/**
 * A release as its file describes it; one that the ledger put into a channel can be revoked without that.
 * Throws what reading a candidate throws.
 */
export async function releaseToRevoke(directory: string, version: string): Promise<Release> {
  try {
    return await readCandidate(directory, version);
  } catch (thrown) {
    const { entries } = await readDecided(directory);
    if (!entries.some((entry) => isPutting(entry, version))) throw thrown;
    return { version, images: [] };
  }
}

/**
 * Takes note of what an empty channel has had all along, without judging it, so that the next release
 * has something to be compared with. Throws CHANNEL_MOVED (usage) for a channel that the gate knows, and
 * NOT_APPROVED (usage) once the gate has judged anything, unless people agree.
 */
export async function adopt(
  candidate: Candidate,
  to: string,
  given: GateContext,
): Promise<Envelope> {
  await using gate = await lockToAct(given);
  const { context } = gate;
  const state = await openToAct(context);
  const current = state.channels.get(to);
  if (current !== undefined) {
    const seen = `the channel ${to} has ${current.release.version} already`;
    throw new UsageError('CHANNEL_MOVED', `${seen}; what comes after it is promoted, not adopted`);
  }
  requireNotRevoked(state.entries, candidate);
  const { version, images } = candidate;
  const policy = digestOf(state.policy);
  const consent = await consentTo(candidate, to, { state, context });
  const predicate = { version, to, policy, at: context.now.toISOString(), ...consent };
  const subjects = subjectsOf(candidate);
  const record = await sign({ kind: 'adoption', subjects, predicate }, { state, context });
  const publication = { release: { version, images }, record, replaces: undefined };
  await context.publisher.publish(to, publication);
  await appendEntry(ledgerPath(context), record);
  return record;
}

async function consentTo(
  candidate: Candidate,
  to: string,
  { state, context }: { readonly state: GateState; readonly context: GateContext },
): Promise<AdoptionConsent | undefined> {
  const { accepted, entries } = state;
  if (accepted === undefined || !hasJudged(entries)) return undefined;
  return await readConsent(context.directory, { candidate, to, accepted, now: context.now });
}
