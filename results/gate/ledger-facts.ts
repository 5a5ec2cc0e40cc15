/**
 * What the records of a ledger say together: what was put into channels, what was revoked, and what
 * evidence verdicts were made from.
 */

import type { KnownRun, KnownStatement, PastPromotion, Revocation } from './evidence.js';
import type { LedgerEntry } from './ledger.js';
import { readRecordOf } from './read-record.js';

/** Everything that was put into channels, oldest first. */
export function promotionsOf(entries: readonly LedgerEntry[]): readonly PastPromotion[] {
  return entries.flatMap((entry) => {
    const record = readRecordOf(entry);
    if (record.kind !== 'promotion' && record.kind !== 'adoption') return [];
    const { version, to: channel, at } = record;
    const digests = entry.subjects.map(({ sha256 }) => sha256);
    const lineage = record.kind === 'promotion' ? record.lineage : [];
    const isAdopted = record.kind === 'adoption';
    return [{ version, channel, at, isAdopted, digests, lineage }];
  });
}

/** Everything that was revoked, oldest first. */
export function revocationsOf(entries: readonly LedgerEntry[]): readonly Revocation[] {
  return entries.flatMap((entry) => {
    const record = readRecordOf(entry);
    if (record.kind !== 'revocation') return [];
    const { version, reason, at } = record;
    return [{ version, reason, at, digests: entry.subjects.map(({ sha256 }) => sha256) }];
  });
}

/** What revoked it, by its name or by any of its bytes; undefined when nothing did. */
export function revocationOf(
  { version, digests }: Pick<PastPromotion, 'version' | 'digests'>,
  revocations: readonly Revocation[],
): Revocation | undefined {
  return revocations.find((one) => {
    return one.version === version || one.digests.some((each) => digests.includes(each));
  });
}

/** The last run of each runner that any verdict was made from. */
export function knownRunsOf(entries: readonly LedgerEntry[]): readonly KnownRun[] {
  const known = new Map<string, KnownRun>();
  for (const entry of entries) {
    const record = readRecordOf(entry);
    if (record.kind !== 'verdict' && record.kind !== 'promotion') continue;
    for (const { runner, sequence, statement } of record.heads) {
      const other = known.get(runner);
      if (other && other.sequence >= sequence) continue;
      known.set(runner, { runner, sequence, statement });
    }
  }
  return [...known.values()];
}

/** Every report and history that any verdict has seen, oldest record first. */
export function knownStatementsOf(entries: readonly LedgerEntry[]): readonly KnownStatement[] {
  return entries.flatMap((entry) => {
    const record = readRecordOf(entry);
    return record.kind === 'verdict' || record.kind === 'promotion' ? record.seen : [];
  });
}
