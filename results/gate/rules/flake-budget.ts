/**
 * `flake-budget`: few cases change their mind, and none of them often.
 */

import { binomialTail, rateLowerBound } from '../../count-statistics.js';
import { type Cell, cellName, statusOfCell } from '../cells.js';
import type { HistoryEntry } from '../evidence.js';
import type { GateFinding } from '../rule-result.js';
import type { Judge } from './context.js';

const dayMs = 86_400_000;

/** By the candidate's own runs, and case by case by the history. */
export const judgeFlakeBudget: Judge<'flake-budget'> = (rule, { cells, evidence, now }) => {
  const told = [...cells.values()].filter((cell) => statusOfCell(cell) !== 'unknown');
  const flaky = told.filter((cell) => statusOfCell(cell) === 'flaky');
  const summary = `${flaky.length} of ${told.length} cases are flaky`;
  const since = now.getTime() - rule.windowDays * dayMs;
  const recent = evidence.history.filter(({ at }) => Date.parse(at) >= since);
  const findings = [
    ...overall(flaky, told, rule),
    ...flaky.flatMap((cell) => ofCase(cell, recent, rule.perCase)),
  ];
  return { summary, findings };
};

function overall(
  flaky: readonly Cell[],
  told: readonly Cell[],
  { rate, p }: { readonly rate: number; readonly p: number },
): GateFinding[] {
  const chance = binomialTail({ failed: flaky.length, trials: told.length }, rate);
  if (flaky.length === 0 || chance >= p) return [];
  const names = flaky.slice(0, 5).map(cellName).join('; ');
  const more = flaky.length > 5 ? `; and ${flaky.length - 5} more` : '';
  const seen = `${flaky.length} of ${told.length}, by chance ${chance.toPrecision(2)}: ${names}${more}`;
  const expected = `at most ${100 * rate} % of the cases flaky`;
  return [{ subject: 'all cases', expected, seen, status: 'FAIL' }];
}

function ofCase(cell: Cell, recent: readonly HistoryEntry[], most: number): GateFinding[] {
  const own = recent.filter(({ suite }) => suite === cell.suite);
  const past = own.reduce((sum, one) => sum + one.failed, 0);
  const trials = own.reduce((sum, one) => sum + one.failed + one.passed, 0);
  const now = cell.attempts.filter(({ outcome }) => outcome === 'passed' || outcome === 'failed');
  const failed = past + now.filter(({ outcome }) => outcome === 'failed').length;
  const seen = { failed, trials: trials + now.length };
  const least = rateLowerBound(seen);
  if (least <= most) return [];
  const told = `${seen.failed} failures of ${seen.trials}, at least ${(100 * least).toFixed(0)} %`;
  const expected = `no more than ${100 * most} % of its attempts`;
  return [{ subject: cellName(cell), expected, seen: told, status: 'FAIL' }];
}
