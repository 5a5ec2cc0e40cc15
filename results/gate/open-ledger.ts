/**
 * The ledger and the channels together: what was promised and what is. A record that its channel has
 * and the ledger lacks is of a promoter who died in between, and belongs to the ledger.
 */

import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../harness/base/errors.js';
import { holdLock } from '../../harness/base/lock.js';
import { type AcceptedPolicy, acceptedPolicy } from './accepted-policy.js';
import { channelsOf, newRecordOf, type Pending, requireLatest } from './channel-records.js';
import { clockSkewMs } from './clock-skew.js';
import type { Signer, TrustedKey } from './envelope.js';
import { gateFiles, readPolicy } from './gate-directory.js';
import { requireEarned } from './judged-record.js';
import { appendEntry, type LedgerEntry, readLedger } from './ledger.js';
import type { Policy } from './policy-schema.js';
import type { Published, Publisher } from './publisher.js';
import { readRecordOf } from './read-record.js';
import { trustedKeys } from './signers.js';

/** Where a gate is, where channels are, who signs, and the time. */
export interface GateContext {
  readonly directory: string;
  readonly publisher: Publisher;
  readonly signers: readonly Signer[];
  readonly now: Date;
  /** Asked once more after a wait for the lock; without it, `now` stays. */
  readonly clock?: () => Date;
  readonly signal: AbortSignal;
}

/** Only one may act at a time, however they call the directory; who only looks needs no lock. */
export async function lockGate({
  directory,
  signal,
}: Pick<GateContext, 'directory' | 'signal'>): Promise<AsyncDisposable> {
  return await holdLock(`gate ${await realpath(directory)}`, { signal });
}

/** Waits for the lock; the context in it is of the time when that was got. */
export async function lockToAct(
  context: GateContext,
): Promise<AsyncDisposable & { readonly context: GateContext }> {
  const lock = await lockGate(context);
  const now = context.clock?.() ?? context.now;
  return {
    context: { ...context, now },
    [Symbol.asyncDispose]: async () => await lock[Symbol.asyncDispose](),
  };
}

export function ledgerPath({ directory }: Pick<GateContext, 'directory'>): string {
  return join(directory, gateFiles.ledger);
}

/** What was decided, by the gate's own files. */
export interface DecidedState {
  /** As it is now, whoever wrote it. */
  readonly policy: Policy;
  readonly entries: readonly LedgerEntry[];
}

/** With the policy that the ledger accepted last; undefined when it is empty. */
export interface LedgerState extends DecidedState {
  readonly accepted: AcceptedPolicy | undefined;
}

/** The state of a gate: its ledger, and what each channel has. */
export interface GateState extends LedgerState {
  /** Records of channels that the ledger does not have yet. */
  readonly pending: readonly Pending[];
  readonly channels: ReadonlyMap<string, Published | undefined>;
  /** Which version a channel has on some architectures only, besides what it has. */
  readonly halfMoved: ReadonlyMap<string, string>;
}

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
  const halfMoved = new Map<string, string>();
  const pending: Pending[] = [];
  for (const channel of channelsOf(policy)) {
    const published = await publisher.current(channel);
    channels.set(channel, published);
    const unfinished = await publisher.unfinished?.(channel);
    if (unfinished) halfMoved.set(channel, unfinished.release.version);
    const entry = published && newRecordOf(published, { channel, entries, keys });
    if (entry === undefined) continue;
    entries = [...entries, entry];
    pending.push({ channel, entry });
  }
  for (const [channel, published] of channels) requireLatest(channel, published, entries);
  const accepted = await acceptedPolicy(entries, directory);
  return { policy, accepted, entries, pending, channels, halfMoved };
}

/**
 * The state, with the ledger brought up to date first. Who calls it holds the lock. Throws like
 * {@link readGateState}, FOREIGN_RECORD (usage) for a record that no act of the gate would have made, and
 * CLOCK_BEHIND (usage) when the last record is from a later time.
 */
export async function openGateState(context: GateContext): Promise<GateState> {
  const state = await readGateState(context);
  for (const one of state.pending) await takeIn(one, state.entries, context);
  requireClock(state.entries, context);
  return state;
}

/**
 * The ledger for an act that no channel may hold up, brought up to date as far as channels let it: one
 * that can't be read or is not as it should be is passed over. Who calls it holds the lock. Throws like
 * {@link readDecided} and {@link acceptedPolicy}, and CLOCK_BEHIND (usage).
 */
export async function openLedger(context: GateContext): Promise<LedgerState> {
  const { policy, entries: decided } = await readDecided(context.directory);
  const keys = trustedKeys(policy.trust.gate);
  let entries = decided;
  for (const channel of channelsOf(policy)) {
    // What it has of a promoter who died would follow nothing any more after the next record.
    const entry = await takeFrom(channel, { entries, keys, context }).catch(() => undefined);
    if (entry) entries = [...entries, entry];
  }
  context.signal.throwIfAborted();
  requireClock(entries, context);
  return { policy, entries, accepted: await acceptedPolicy(entries, context.directory) };
}

interface Place {
  readonly entries: readonly LedgerEntry[];
  readonly keys: readonly TrustedKey[];
  readonly context: GateContext;
}

async function takeFrom(
  channel: string,
  { entries, keys, context }: Place,
): Promise<LedgerEntry | undefined> {
  const published = await context.publisher.current(channel);
  const entry = published && newRecordOf(published, { channel, entries, keys });
  if (entry) await takeIn({ channel, entry }, entries, context);
  return entry;
}

async function takeIn(
  pending: Pending,
  entries: readonly LedgerEntry[],
  context: GateContext,
): Promise<void> {
  await requireEarned(pending, entries, context.directory);
  await appendEntry(ledgerPath(context), pending.entry.envelope);
}

function requireClock(entries: readonly LedgerEntry[], { now }: GateContext): void {
  const last = entries.at(-1);
  const at = last && readRecordOf(last).at;
  if (at === undefined || Date.parse(at) <= now.getTime() + clockSkewMs) return;
  const seen = `the last record of the ledger is of ${at}, and this clock says`;
  throw new UsageError('CLOCK_BEHIND', `${seen} ${now.toISOString()}; set the clock`);
}
