/**
 * Why an attempt ended: the first reason wins, whoever had it, and what nobody foresaw in a suite is
 * the suite's own bug.
 */

import { defined, HarnessError, SkipSignal, toError, toFailure } from '../base/errors.js';
import { type Failure, type Outcome, outcomeOfKind } from '../model/outcome.js';

/** What an attempt came to. */
export interface AttemptEnd {
  readonly outcome: Outcome;
  readonly failure?: Failure;
  readonly skipped?: string;
}

/** The end of an attempt whose suite threw, with the titles of the steps where it happened. */
export function endOf(thrown: unknown, steps: readonly string[]): AttemptEnd {
  if (thrown instanceof SkipSignal) return { outcome: 'skipped', skipped: thrown.reason };
  const failure = toFailure(blamed(thrown), 'suite');
  const located = steps.length === 0 ? failure : { ...failure, steps };
  return { outcome: outcomeOfKind(failure.kind), failure: located };
}

/** An error without a code came out of a suite's or the harness's own code. */
function blamed(thrown: unknown): HarnessError {
  if (thrown instanceof HarnessError) return thrown;
  const error = toError(thrown);
  const bug = new HarnessError('internal', 'SUITE_BUG', error.message, {
    cause: error,
    phase: 'suite',
  });
  return Object.assign(bug, defined({ stack: error.stack }));
}
