/**
 * The table of mutations for a person.
 */

import type { MutationRow } from './run-mutations.js';

/** Where a failure was to be, or was. */
type Place = Partial<MutationRow['expected'] & MutationRow['seen']>;

/** One line of the table. */
export function renderMutation(row: MutationRow): string {
  const { seen, expected, durationMs } = row;
  const found = seen.code === undefined ? seen.status : `${seen.status} ${placeOf(seen)}`;
  const wanted = row.caught ? '' : `  expected failed ${placeOf(expected)}`;
  const verdict = row.caught ? 'caught' : 'NOT CAUGHT';
  const seconds = `${Math.round(durationMs / 1000)} s`;
  const columns = [verdict.padEnd(10), row.mutation.padEnd(38), row.suite.padEnd(32), found];
  const reason = row.caught || row.message === '' ? '' : `\n           ${row.message}`;
  return `${columns.join('  ')}  ${seconds}${wanted}${reason}`;
}

/** `suite/ASSERTION_FAILED in 'the last step'`. */
function placeOf({ phase, code, steps = [], step = steps.at(-1) }: Place): string {
  return `${phase}/${code}${step === undefined ? '' : ` in '${step}'`}`;
}

/** The last line, in the form that every command of the project ends with. */
export function renderTotals(rows: readonly MutationRow[]): string {
  const caught = rows.filter((row) => row.caught).length;
  return `${caught} passed, ${rows.length - caught} failed`;
}
