/**
 * The table of mutations for a person.
 */

import type { MutationRow } from './run-mutations.js';

/** One line of the table. */
export function renderMutation(row: MutationRow): string {
  const { seen, expected, durationMs } = row;
  const found = seen.code === undefined ? seen.status : `${seen.status} ${seen.phase}/${seen.code}`;
  const wanted = row.caught ? '' : `  expected failed ${expected.phase}/${expected.code}`;
  const verdict = row.caught ? 'caught' : 'NOT CAUGHT';
  const seconds = `${Math.round(durationMs / 1000)} s`;
  const columns = [verdict.padEnd(10), row.mutation.padEnd(38), row.suite.padEnd(32), found];
  const reason = row.caught || row.message === '' ? '' : `\n           ${row.message}`;
  return `${columns.join('  ')}  ${seconds}${wanted}${reason}`;
}

/** The last line, in the form that every command of the project ends with. */
export function renderTotals(rows: readonly MutationRow[]): string {
  const caught = rows.filter((row) => row.caught).length;
  return `${caught} passed, ${rows.length - caught} failed`;
}
