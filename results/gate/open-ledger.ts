/**
 * The ledger and the channels together: what was promised and what is. A record that its channel has
 * and the ledger lacks is of a promoter who died in between, and belongs to the ledger.
 */

import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../harness/base/errors.js';
import { holdLock } from '../../harness/base/lock.js';
import { type AcceptedPolicy, acceptedPolicy } from './accepted-policy.js';
import { chainStart } from './chain.js';
import type { Signer, TrustedKey } from './envelope.js';
import { gateFiles, readPolicy } from './gate-directory.js';
import { appendEntry, type LedgerEntry, readEntry, readLedger } from './ledger.js';
import { promotionsOf } from './ledger-facts.js';
import type { Policy } from './policy-schema.js';
import type { Published, Publisher } from './publisher.js';
import { readRecordOf } from './read-record.js';
import { subjectsOf } from './record.js';
import { trustedKeys } from './signers.js';

/** Where a gate is, where channels are, who signs, and the time. */
export interface GateContext {
  readonly directory: string;
  readonly publisher: Publisher;
  readonly signers: readonly Signer[];
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** How far a clock may be behind the one of the last record. */
const skewMs = 10 * 60_000;

/** Only one may act at a time, however they call the directory; who only looks needs no lock. */
export async function lockGate({
  directory,
  signal,
}: Pick<GateContext, 'directory' | 'signal'>): Promise<AsyncDisposable> {
  return await holdLock(`gate ${await realpath(directory)}`, { signal });
}

export function ledgerPath({ directory }: Pick<GateContext, 'directory'>): string {
  return join(directory, gateFiles.ledger);
}

/** The state of a gate: its ledger, and what each channel has. */
export interface GateState {
  /** As it is now, whoever wrote it. */
  readonly policy: Policy;
  /** The one that the ledger accepted last; undefined when it is empty. */
  readonly accepted: AcceptedPolicy | undefined;
  readonly entries: readonly LedgerEntry[];
  /** Records of channels that the ledger does not have yet. */
  readonly pending: readonly Published[];
  readonly channels: ReadonlyMap<string, Published | undefined>;
}

/** What was decided, by the gate's own files. */
export type DecidedState = Pick<GateState, 'policy' | 'entries'>;

/**
 * Reads and verifies policy and ledger alone: what stands there can be repeated without any channel.
 * Throws what reading them throws. `trusted` is instead of the policy's own list.
 */
export async function readDecided(
  directory: string,
  trusted?: readonly TrustedKey[],
): Promise<DecidedState> {
  const policy = await readPolicy(directory);
  const keys = trusted ?? trustedKeys(policy.trust.gate);
  return { policy, entries: await readLedger(ledgerPath({ directory }), keys) };
}

/**
 * Reads and verifies all of it, and changes nothing. Throws what reading a policy and a ledger throws,
 * what {@link acceptedPolicy} throws, FOREIGN_RECORD, CHANNEL_EDITED and CHANNEL_BEHIND (usage) for a channel
 * that is not as the ledger says. `trusted` is instead of the policy's own list.
 */
export async function readGateState(
  { directory, publisher }: Pick<GateContext, 'directory' | 'publisher'>,
  trusted?: readonly TrustedKey[],
): Promise<GateState> {
  const { policy, entries: decided } = await readDecided(directory, trusted);
  const keys = trusted ?? trustedKeys(policy.trust.gate);
  let entries = decided;
  const channels = new Map<string, Published | undefined>();
  const pending: Published[] = [];
  for (const channel of channelsOf(policy)) {
    const published = await publisher.current(channel);
    channels.set(channel, published);
    if (published === undefined) continue;
    const entry = readEntry(published.record, keys, `record of ${channel}`);
    if (!entries.some(({ digest }) => digest === entry.digest)) {
      requireNext(entry, entries, channel);
      entries = [...entries, entry];
      pending.push(published);
    }
    requireFits(published, entry, channel);
  }
  for (const [channel, published] of channels) requireLatest(channel, published, entries);
  const accepted = await acceptedPolicy(entries, directory);
  return { policy, accepted, entries, pending, channels };
}

function channelsOf({ edges }: Policy): ReadonlySet<string> {
  const all = edges.flatMap(({ from, to }) => [from, to]);
  return new Set(all.filter((channel) => channel !== 'developer'));
}

function requireNext(entry: LedgerEntry, entries: readonly LedgerEntry[], channel: string): void {
  if (entry.link.previous === (entries.at(-1)?.digest ?? chainStart)) return;
  const seen = `the channel ${channel} has a record that the ledger does not know`;
  throw new UsageError('FOREIGN_RECORD', `${seen}; somebody else moved it`);
}

/** The release beside a record is the one that the record is about. */
function requireFits({ release }: Published, entry: LedgerEntry, channel: string): void {
  const wanted = subjectsOf(release).map(({ name, sha256 }) => `${name} ${sha256}`);
  const signed = entry.subjects.map(({ name, sha256 }) => `${name} ${sha256}`);
  if (wanted.sort().join() === signed.sort().join()) return;
  const seen = `the channel ${channel} says ${release.version}, its record ${signed[0] ?? 'nothing'}`;
  throw new UsageError('CHANNEL_EDITED', `${seen}; its release.json was changed`);
}

/** A channel has what the ledger last put there, or nothing if it never put anything there. */
function requireLatest(
  channel: string,
  published: Published | undefined,
  entries: readonly LedgerEntry[],
): void {
  const last = promotionsOf(entries).findLast((one) => one.channel === channel);
  const has = published?.release.version ?? 'nothing';
  const isSame = published
    ? subjectsOf(published.release).every(({ sha256 }) => last?.digests.includes(sha256))
    : last === undefined;
  if (isSame && (last?.version ?? 'nothing') === has) return;
  const put = last ? `the ledger put ${last.version} there last` : 'the ledger put nothing there';
  const next = 'put the channel back before you go on';
  throw new UsageError('CHANNEL_BEHIND', `the channel ${channel} has ${has}, and ${put}; ${next}`);
}

/**
 * The state, with the ledger brought up to date first. Who calls it holds the lock. Throws like
 * {@link readGateState}, and CLOCK_BEHIND (usage) when the last record is from a later time.
 */
export async function openGateState(context: GateContext): Promise<GateState> {
  const state = await readGateState(context);
  for (const { record } of state.pending) await appendEntry(ledgerPath(context), record);
  const last = state.entries.at(-1);
  const at = last && readRecordOf(last).at;
  if (at !== undefined && Date.parse(at) > context.now.getTime() + skewMs) {
    const seen = `the last record of the ledger is of ${at}, and this clock says`;
    const text = `${seen} ${context.now.toISOString()}; set the clock`;
    throw new UsageError('CLOCK_BEHIND', text);
  }
  return state;
}
