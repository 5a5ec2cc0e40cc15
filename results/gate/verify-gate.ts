/**
 * Whether everything that a gate ever said still holds: the ledger's chain and signatures, the inputs of
 * each verdict and what they come to, and what the channels have. Needs nothing but the files.
 */

import { toError } from '../../harness/base/errors.js';
import { acceptedPolicy, notAccepted } from './accepted-policy.js';
import { requireConsent } from './adoption.js';
import { digestOf } from './canonical-json.js';
import { clockSkewMs } from './clock-skew.js';
import type { TrustedKey } from './envelope.js';
import { requireJudged } from './judged-record.js';
import type { LedgerEntry } from './ledger.js';
import { notVerified } from './not-verified.js';
import { type DecidedState, type GateState, readDecided, readGateState } from './open-ledger.js';
import type { Publisher } from './publisher.js';
import { type ReadRecord, readRecordOf } from './read-record.js';

/** Something that was looked at; `problem` when it does not hold. */
export interface Verified {
  readonly subject: string;
  readonly problem?: string;
}

/**
 * `publisher`: whose channels are looked at, too; without it, they are not. `trusted`: keys from elsewhere,
 * to be believed instead of the policy's.
 */
export interface VerifyOptions {
  readonly directory: string;
  readonly publisher?: Publisher | undefined;
  readonly trusted?: readonly TrustedKey[] | undefined;
}

/** Looks at all of it, and goes on after what does not hold. */
export async function verifyGate({
  directory,
  publisher,
  trusted,
}: VerifyOptions): Promise<readonly Verified[]> {
  let state: DecidedState & Partial<GateState>;
  try {
    state = publisher
      ? await readGateState({ directory, publisher }, trusted)
      : await readDecided(directory, trusted);
  } catch (thrown) {
    const subject = publisher ? 'ledger and channels' : 'ledger';
    return [{ subject, problem: toError(thrown).message }];
  }
  const signers = [...new Set(state.entries.flatMap(({ signedBy }) => signedBy))].join(', ');
  const ledger = `ledger: ${state.entries.length} records, signed by ${signers || 'nobody'}`;
  const records: Verified[] = [];
  for (const [n, entry] of state.entries.entries()) {
    records.push(await verifyEntry(entry, { before: state.entries.slice(0, n), directory }));
  }
  const policy = await verifyPolicy(state, directory);
  return [{ subject: ledger }, policy, ...records, ...verifyChannels(state)];
}

/** That each change of it was agreed to, and that it is the last of them. */
async function verifyPolicy(
  { policy, entries }: DecidedState,
  directory: string,
): Promise<Verified> {
  const digest = digestOf(policy);
  const subject = `policy: ${digest.slice(0, 12)}`;
  try {
    const accepted = await acceptedPolicy(entries, directory);
    if (accepted === undefined) return { subject: `${subject}, which no record has accepted yet` };
    if (accepted.digest !== digest) throw notAccepted(digest, accepted);
    return { subject: `${subject}, accepted by record ${accepted.record}` };
  } catch (thrown) {
    return { subject, problem: toError(thrown).message };
  }
}

interface Place {
  readonly before: readonly LedgerEntry[];
  readonly directory: string;
}

async function verifyEntry(entry: LedgerEntry, place: Place): Promise<Verified> {
  const subject = `record ${entry.link.sequence}`;
  try {
    const record = readRecordOf(entry);
    requireOrder(record, place.before.at(-1));
    const isJudged = record.kind === 'verdict' || record.kind === 'promotion';
    if (isJudged) await requireJudged(entry, record, place.directory);
    if (record.kind === 'adoption') await requireConsent(entry, place.before, place.directory);
    return { subject: `${subject}: ${record.kind} of ${record.version}` };
  } catch (thrown) {
    return { subject, problem: toError(thrown).message };
  }
}

function requireOrder({ at }: ReadRecord, before: LedgerEntry | undefined): void {
  const earlier = before && readRecordOf(before).at;
  if (earlier === undefined || Date.parse(earlier) <= Date.parse(at) + clockSkewMs) return;
  throw notVerified(`it is of ${at}, and the one before it of ${earlier}`);
}

function verifyChannels({
  channels,
  pending = [],
  halfMoved,
}: Partial<GateState>): readonly Verified[] {
  if (channels === undefined) return [{ subject: 'channels: not looked at' }];
  return [...channels].map(([channel, published]) => {
    const has = published?.release.version ?? 'nothing';
    const isPending = pending.some((one) => one.channel === channel);
    const note = isPending
      ? '; its record is not in the ledger yet, the next act puts it there'
      : '';
    const half = halfMoved?.get(channel);
    const subject = `channel ${channel}: ${has}${note}`;
    if (half === undefined) return { subject };
    const next = 'promote it again, or a later one';
    return { subject, problem: `${half} is there on some architectures only; ${next}` };
  });
}
