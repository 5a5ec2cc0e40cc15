/**
 * Records of verdicts and promotions against the inputs that they name: whoever signed them, they must be
 * what those come to.
 */

import { toError, UsageError } from '../../harness/base/errors.js';
import { requireConsent } from './adoption.js';
import { canonicalJson } from './canonical-json.js';
import type { Pending } from './channel-records.js';
import { readInputs, replay } from './inputs.js';
import type { LedgerEntry } from './ledger.js';
import { promotionsOf } from './ledger-facts.js';
import { notVerified } from './not-verified.js';
import { type ReadRecord, readRecordOf } from './read-record.js';
import { recordOf, subjectsOf } from './record.js';

/** Throws NOT_VERIFIED (usage) when its inputs do not come to what it states, and what reading them throws. */
export async function requireJudged(
  entry: LedgerEntry,
  { kind, inputs, switchyard, answer }: Extract<ReadRecord, { inputs: string }>,
  directory: string,
): Promise<void> {
  if (kind === 'promotion' && answer !== 'promote')
    throw notVerified(`it promotes what was ${answer}`);
  const gate = await readInputs(directory, inputs);
  const { verdict } = entry.predicate;
  const again = replay(gate, verdict);
  if (!again.isSame) {
    throw notVerified(
      `its inputs come to another verdict; see yard gate replay ${entry.link.sequence}`,
    );
  }
  const wanted = recordOf(gate, again.verdict, { inputs, switchyard });
  if (canonicalJson(wanted) !== canonicalJson(entry.predicate)) {
    throw notVerified('what it copies from its inputs is not what they are');
  }
  const subjects = subjectsOf(gate.evidence.candidate);
  if (canonicalJson(subjects) !== canonicalJson(entry.subjects)) {
    throw notVerified('it is about other images than its inputs');
  }
}

/**
 * The record of a channel that the ledger lacks must be one that an act of the gate left there: a promotion
 * that was judged, or the adoption of what was there before. Throws FOREIGN_RECORD (usage).
 */
export async function requireEarned(
  pending: Pending,
  entries: readonly LedgerEntry[],
  directory: string,
): Promise<void> {
  try {
    await requireAct(pending, entries, directory);
  } catch (thrown) {
    const seen = `the channel ${pending.channel} has a record that the ledger does not know`;
    const why = `and that does not hold: ${toError(thrown).message}`;
    throw new UsageError('FOREIGN_RECORD', `${seen} ${why}; put the channel back`);
  }
}

async function requireAct(
  { channel, entry }: Pending,
  entries: readonly LedgerEntry[],
  directory: string,
): Promise<void> {
  const record = readRecordOf(entry);
  if (record.kind === 'promotion') return await requireJudged(entry, record, directory);
  if (record.kind !== 'adoption') throw notVerified(`it is a ${record.kind}`);
  const before = entries.filter(({ link }) => link.sequence < entry.link.sequence);
  if (promotionsOf(before).some((one) => one.channel === channel)) {
    throw notVerified(`it adopts ${record.version} where a release was already`);
  }
  await requireConsent(entry, before, directory);
}
