/**
 * Reports on canaries and files, and the history: none of them stands in a row, so the ledger remembers
 * each that a verdict has seen, and what is gone since then is missed.
 */

import type { Evidence, KnownStatement } from './evidence.js';
import type { GateFinding } from './rule-result.js';

/** What the row of the history is called. */
const historyRow = 'history';

interface Part {
  readonly by: readonly string[];
  readonly digest: string;
  readonly value: { readonly at: string };
}

/** The statements of these folders, each by who signed it. */
export function statementsOf(
  folders: Readonly<Record<string, readonly Part[]>>,
): readonly KnownStatement[] {
  return Object.entries(folders).flatMap(([folder, parts]) => {
    return parts.map(({ by: [who = ''], digest, value: { at } }) => {
      return { row: `${folder} of ${who}`, statement: digest, at };
    });
  });
}

/** What this verdict sees and the ledger does not know yet. */
export function newlySeen({
  statements = [],
  knownStatements = [],
  history,
}: Evidence): readonly KnownStatement[] {
  const known = new Set(knownStatements.map(({ statement }) => statement));
  const past = history && { row: historyRow, statement: history.statement, at: history.at };
  const all = past ? [...statements, past] : statements;
  return all.filter(({ statement }) => !known.has(statement));
}

/** What was judged by once can't be taken back; a history gives way to a later one only. */
export function* ofKnownStatements(evidence: Evidence): Iterable<GateFinding> {
  const { statements = [], knownStatements = [], history } = evidence;
  const there = new Set(statements.map(({ statement }) => statement));
  for (const { row, statement, at } of knownStatements) {
    if (row === historyRow || there.has(statement)) continue;
    yield gone(`${row}, ${at}`, 'missing');
  }
  const last = lastHistory(knownStatements);
  if (last === undefined || last.statement === history?.statement) return;
  if (history === undefined || history.at <= last.at) {
    yield gone(`the history of ${last.at}`, history ? `one of ${history.at}` : 'missing');
  }
}

function lastHistory(known: readonly KnownStatement[]): KnownStatement | undefined {
  return known
    .filter(({ row }) => row === historyRow)
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .at(-1);
}

function gone(subject: string, seen: string): GateFinding {
  const expected = 'there, since the ledger knows it; put it back';
  return { subject, expected, seen, status: 'ERROR' };
}
