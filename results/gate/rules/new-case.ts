/**
 * A flaky case of which nothing is known from before: whether it was seen often enough is told by the
 * sequential probability ratio test.
 */

import { type Failures, type SequentialAnswer, sequentialTest } from '../../count-statistics.js';
import { type Cell, cellName } from '../cells.js';
import type { GateFinding } from '../rule-result.js';
import { aboutFailure, failuresOf, toldBefore } from './about-cell.js';
import type { RuleContext } from './context.js';

/** Neither a good case nor a bad one is taken for the other more often than this. */
const error = 0.05;

/** No past of the same suite, and nothing of it in the release before. */
export function isNew(cell: Cell, past: readonly unknown[], context: RuleContext): boolean {
  return past.length === 0 && toldBefore(cell, context) === undefined;
}

/** `most` is the share of attempts that may fail; a tenth of it is good. */
function answerTo(seen: Failures, most: number): SequentialAnswer {
  if (most <= 0) return 'refuse';
  if (most >= 1) return 'accept';
  return sequentialTest(seen, { good: most / 10, bad: most, alpha: error, beta: error });
}

/** Refused, accepted, or to be run more often. */
export function judgeNewCase(cell: Cell, most: number, context: RuleContext): GateFinding[] {
  const own = failuresOf(cell);
  const answer = answerTo(own, most);
  const first = cell.attempts.find(({ outcome }) => outcome === 'failed');
  if (answer === 'accept' || first === undefined) return [];
  const subject = cellName(cell);
  const expected = `no more than ${100 * most} % of the attempts of a new case`;
  const seen = `${own.failed} failures of ${own.trials}, and nothing from before`;
  const about = aboutFailure(cell, first, context);
  if (answer === 'refuse') return [{ subject, expected, seen, status: 'FAIL', ...about }];
  const more = `${seen}; run it ${passesWanted(own, most)} times more`;
  return [{ subject, expected, seen: more, status: 'INCONCLUSIVE', ...about }];
}

/** How many passes in a row are enough. */
function passesWanted({ failed, trials }: Failures, most: number): number {
  let more = 1;
  while (answerTo({ failed, trials: trials + more }, most) === 'continue') more++;
  return more;
}
