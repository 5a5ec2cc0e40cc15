/**
 * `no-regression`: nothing fails more often than in the release that the target channel has.
 */

import picomatch from 'picomatch';
import { type Failures, fisherExact, rateUpperBound } from '../../count-statistics.js';
import { type Cell, cellName } from '../cells.js';
import type { GateFinding } from '../rule-result.js';
import { aboutFailure, failuresByCause, failuresOf, whyOf } from './about-cell.js';
import type { Judge } from './context.js';

/** Asks for a run of the baseline when there is none. */
export const judgeNoRegression: Judge<'no-regression'> = (rule, context) => {
  const { baseline } = context.evidence;
  if (baseline === undefined) return { summary: 'there is no release before', findings: [] };
  const isMeant = picomatch([...rule.cases]);
  const before = [...context.baselineCells.values()].filter(({ suite }) => isMeant(suite));
  const summary = `${before.length} cases against ${baseline.version}`;
  if (before.length === 0) {
    const seen = `none; run the suites on ${baseline.version} as well`;
    const expected = `runs of ${baseline.version} to compare with`;
    return {
      summary,
      findings: [{ subject: 'the baseline', expected, seen, status: 'INCONCLUSIVE' }],
    };
  }
  return { summary, findings: before.flatMap((cell) => compare(cell)) };

  function compare(cell: Cell): GateFinding[] {
    const now = context.cells.get(cellName(cell));
    if (now === undefined) return [];
    const [seen, known] = [failuresOf(now), failuresOf(cell)];
    if (seen.trials === 0) return [];
    const grown = seen.failed / seen.trials - known.failed / Math.max(1, known.trials);
    const chance = fisherExact(seen, known);
    if (grown < rule.floor || chance >= rule.p) return [];
    return failuresByCause(now).map((failed) => ({
      subject: cellName(cell),
      expected: `${rateOf(known)} as for ${baseline?.version}`,
      seen: `${rateOf(seen)}; the chance of that is ${chance.toPrecision(2)}; ${whyOf(failed)}`,
      status: 'FAIL',
      ...aboutFailure(now, failed, context),
      ...(failed.cause && { signature: failed.cause.signature }),
    }));
  }
};

function rateOf(seen: Failures): string {
  const most = (100 * rateUpperBound(seen)).toFixed(0);
  return `${seen.failed} failures of ${seen.trials} (at most ${most} %)`;
}
