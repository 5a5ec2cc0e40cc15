/**
 * `no-regression`: nothing fails more often than in the release that the target channel has,
 * or had before one that was revoked.
 */

import picomatch from 'picomatch';
import {
  type Failures,
  fisherExact,
  rateUpperBound,
  smallestFisher,
} from '../../count-statistics.js';
import { type Cell, cellName, statusOfCell } from '../cells.js';
import type { Measure } from '../measure.js';
import type { GateFinding } from '../rule-result.js';
import { aboutFailure, failuresByCause, failuresOf, toldBefore, whyOf } from './about-cell.js';
import type { Judge, RuleContext } from './context.js';
import { noReference } from './no-reference.js';

/**
 * Asks for a run of the baseline when there is none, or none of a case that failed; and for more of both where
 * the counts can't tell.
 */
export const judgeNoRegression: Judge<'no-regression'> = (rule, context) => {
  const { measure } = context;
  if (measure === undefined) return { summary: 'there is no release before', findings: [] };
  const isMeant = picomatch([...rule.cases]);
  const known = [...context.baselineCells.values()].filter(({ suite }) => isMeant(suite));
  const summary = `${known.length} cases against ${measure.named}`;
  if (known.length === 0) return { summary, findings: [noReference('to compare with', context)] };
  const own = [...context.cells.values()].filter(({ suite }) => isMeant(suite));
  const before = { measure, floor: rule.floor, p: rule.p, context };
  return { summary, findings: own.flatMap((cell) => judgeCell(cell, before)) };
};

/** What cells are compared with, and how. */
interface Before {
  readonly measure: Measure;
  readonly floor: number;
  readonly p: number;
  readonly context: RuleContext;
}

/** What never failed needs no baseline. */
function judgeCell(cell: Cell, before: Before): GateFinding[] {
  const { context } = before;
  if (failuresOf(cell).failed === 0) return [];
  const known = toldBefore(cell, context);
  if (known) return compare(cell, known, before);
  return couldNotRun(cell, context) ? [] : [unknownBefore(cell, before)];
}

/** Whether the baseline was asked and had no answer, so that asking again gives none either. */
function couldNotRun(cell: Cell, { baselineCells, baselineRuns }: RuleContext): boolean {
  const known = baselineCells.get(cellName(cell));
  if (known && statusOfCell(known) === 'skipped') return true;
  const sameArch = baselineRuns.filter(({ arch }) => arch === cell.arch);
  return sameArch.some(({ excluded }) => excluded.some(({ suite }) => suite === cell.suite));
}

function unknownBefore(cell: Cell, { measure, context }: Before): GateFinding {
  const { version, named } = measure;
  const expected = `seen on ${named} as well, to compare with`;
  const seen = `${rateOf(failuresOf(cell))}, and nothing of ${version}; run ${cell.suite} on it`;
  const failed = failuresByCause(cell).at(-1);
  const about = failed && aboutFailure(cell, failed, context);
  return { subject: cellName(cell), expected, seen, status: 'INCONCLUSIVE', ...about };
}

type Limits = Pick<Before, 'floor' | 'p'>;

/** That a difference is not believed is no proof of there being none, unless it would have been believed. */
function answerOf(now: Failures, known: Failures, { floor, p }: Limits) {
  const grown = now.failed / now.trials - known.failed / known.trials;
  if (grown <= 0 || grown < floor) return 'usual';
  if (fisherExact(now, known) < p) return 'worse';
  return smallestFisher(now, known) < p ? 'usual' : 'untold';
}

function compare(cell: Cell, before: Cell, limits: Before): GateFinding[] {
  const [now, known] = [failuresOf(cell), failuresOf(before)];
  const answer = answerOf(now, known, limits);
  if (answer === 'usual') return [];
  return answer === 'worse' ? worse(cell, known, limits) : [untold(cell, known, limits)];
}

function untold(cell: Cell, known: Failures, { measure, context, ...limits }: Before): GateFinding {
  const now = failuresOf(cell);
  const more = attemptsWanted(now, known, limits);
  const next = `run ${cell.suite} ${more ? `${more} times more` : 'more often'} on each`;
  const failed = failuresByCause(cell).at(-1);
  return {
    subject: cellName(cell),
    expected: `enough attempts to tell it from ${rateOf(known)} for ${measure.named}`,
    seen: `${rateOf(now)}; ${next}`,
    status: 'INCONCLUSIVE',
    ...(failed && aboutFailure(cell, failed, context)),
  };
}

const mostAttempts = 1000;

/** How many more of each tell, whether all of them fail or none does; undefined where so many do not. */
function attemptsWanted(now: Failures, known: Failures, limits: Limits): number | undefined {
  for (let more = 1; more <= mostAttempts; more++) {
    const passes = { ...now, trials: now.trials + more };
    const fails = { ...passes, failed: now.failed + more };
    const before = { ...known, trials: known.trials + more };
    const isGoodTold = answerOf(passes, before, limits) === 'usual';
    if (isGoodTold && answerOf(fails, before, limits) === 'worse') return more;
  }
  return undefined;
}

function worse(cell: Cell, known: Failures, { measure, context }: Before): GateFinding[] {
  const now = failuresOf(cell);
  const chance = fisherExact(now, known).toPrecision(2);
  return failuresByCause(cell).map((failed) => ({
    subject: cellName(cell),
    expected: `${rateOf(known)} as for ${measure.named}`,
    seen: `${rateOf(now)}; the chance of that is ${chance}; ${whyOf(failed)}`,
    status: 'FAIL',
    ...aboutFailure(cell, failed, context),
    ...(failed.cause && { signature: failed.cause.signature }),
  }));
}

function rateOf(seen: Failures): string {
  const most = (100 * rateUpperBound(seen)).toFixed(0);
  return `${seen.failed} failures of ${seen.trials} (at most ${most} %)`;
}
