/**
 * Channels against the ledger: which of their records it lacks, and whether each has what was put there.
 */

import { UsageError } from '../../harness/base/errors.js';
import { chainStart } from './chain.js';
import type { TrustedKey } from './envelope.js';
import type { PastPromotion } from './evidence.js';
import { type LedgerEntry, readEntry } from './ledger.js';
import { promotionsOf, revocationOf, revocationsOf } from './ledger-facts.js';
import type { Policy } from './policy-schema.js';
import type { Published } from './publisher.js';
import { subjectsOf } from './record.js';

/** A record that a channel has and the ledger does not have yet. */
export interface Pending {
  readonly channel: string;
  readonly entry: LedgerEntry;
}

/** Those that edges lead from or to. */
export function channelsOf({ edges }: Policy): ReadonlySet<string> {
  const all = edges.flatMap(({ from, to }) => [from, to]);
  return new Set(all.filter((channel) => channel !== 'developer'));
}

interface Place {
  readonly channel: string;
  readonly entries: readonly LedgerEntry[];
  readonly keys: readonly TrustedKey[];
}

/**
 * The record of what a channel has, when the ledger lacks it. Throws BAD_ENVELOPE and BAD_STATEMENT
 * (usage), FOREIGN_RECORD for one that does not follow the ledger, and CHANNEL_EDITED for one that is of
 * another release.
 */
export function newRecordOf(
  published: Published,
  { channel, entries, keys }: Place,
): LedgerEntry | undefined {
  const entry = readEntry(published.record, keys, `record of ${channel}`);
  const isKnown = entries.some(({ digest }) => digest === entry.digest);
  if (!isKnown) requireNext(entry, entries, channel);
  requireFits(published, entry, channel);
  return isKnown ? undefined : entry;
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

/**
 * A channel has what the ledger last put there, or nothing if it never put anything there. Where that was
 * revoked, people may have put back by hand what was there before. Throws CHANNEL_BEHIND (usage).
 */
export function requireLatest(
  channel: string,
  published: Published | undefined,
  entries: readonly LedgerEntry[],
): void {
  const put = promotionsOf(entries).filter((one) => one.channel === channel);
  const last = put.at(-1);
  const revocations = revocationsOf(entries);
  const lastGood = put.findLastIndex((one) => revocationOf(one, revocations) === undefined);
  const mayBe = put.slice(Math.max(lastGood, 0));
  if (published ? mayBe.some((one) => isOf(one, published)) : last === undefined) return;
  const has = published?.release.version ?? 'nothing';
  const told = last ? `the ledger put ${last.version} there last` : 'the ledger put nothing there';
  const revoke = last && published ? `, or revoke ${last.version},` : '';
  const next = `put the channel back${revoke} before you go on`;
  throw new UsageError('CHANNEL_BEHIND', `the channel ${channel} has ${has}, and ${told}; ${next}`);
}

function isOf({ version, digests }: PastPromotion, { release }: Published): boolean {
  const isWhole = subjectsOf(release).every(({ sha256 }) => digests.includes(sha256));
  return isWhole && version === release.version;
}
