/**
 * A flaky case that is new, or never failed before: a rate that nobody knows. Whether it was seen often enough
 * is told by the sequential probability ratio test.
 */

import { type Failures, type SequentialAnswer, sequentialTest } from '../../count-statistics.js';
import { type Cell, cellName } from '../cells.js';
import type { GateFinding } from '../rule-result.js';
import { aboutFailure, failuresOf } from './about-cell.js';
import type { RuleContext } from './context.js';

/** Neither a good case nor a bad one is taken for the other more often than this. */
const error = 0.05;

/** `most` is the share of attempts that may fail; a tenth of it is good. */
function answerTo(seen: Failures, most: number): SequentialAnswer {
  if (most <= 0) return 'refuse';
  if (most >= 1) return 'accept';
  return sequentialTest(seen, { good: most / 10, bad: most, alpha: error, beta: error });
}

/** What is known of the case besides its own attempts. */
interface Known {
  /** The share of attempts that may fail. */
  readonly most: number;
  /** Attempts of before, none of which failed; 0 for a new case. */
  readonly passedBefore: number;
  readonly context: RuleContext;
}

/** Refused, accepted, or to be run more often. A past without failures says nothing of what fails now. */
export function judgeNewFlake(cell: Cell, { most, passedBefore, context }: Known): GateFinding[] {
  const own = failuresOf(cell);
  const answer = answerTo(own, most);
  const first = cell.attempts.find(({ outcome }) => outcome === 'failed');
  if (answer === 'accept' || first === undefined) return [];
  const subject = cellName(cell);
  const what = passedBefore === 0 ? 'a new case' : 'a case that never failed before';
  const expected = `no more than ${100 * most} % of the attempts of ${what}`;
  const past = passedBefore === 0 ? 'nothing from before' : `none of ${passedBefore} before`;
  const seen = `${own.failed} failures of ${own.trials}, and ${past}`;
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
