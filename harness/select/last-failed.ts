/**
 * Picks the suites that an earlier run left without a pass.
 */

import { UsageError } from '../base/errors.js';
import type { CaseStatus } from '../model/outcome.js';
import type { RunRecord } from '../model/record.js';
import type { Suite } from '../model/suite.js';

const settled: readonly CaseStatus[] = ['passed', 'skipped', 'excluded'];

/**
 * Those of the suites with a case in the record that neither passed nor was skipped: one that was
 * interrupted has not been proved either. Throws NOTHING_SELECTED (usage) when there is none.
 */
export function selectLastFailed(
  suites: readonly Suite[],
  last: RunRecord | undefined,
): readonly Suite[] {
  if (last === undefined) throw nothing('there is no earlier run; run without --last-failed first');
  const open = new Set<string>();
  for (const { suite, status } of last.cases) if (!settled.includes(status)) open.add(suite);
  const chosen = suites.filter(({ id }) => open.has(id));
  if (chosen.length > 0) return chosen;
  const others = open.size > 0 ? `; ${[...open].join(', ')} did not, but was not selected` : '';
  throw nothing(`every selected case passed in the last run, ${last.run}${others}`);
}

function nothing(why: string): UsageError {
  return new UsageError('NOTHING_SELECTED', `--last-failed: ${why}`);
}
