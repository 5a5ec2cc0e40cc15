/**
 * Why an attempt ended: the first reason wins, whoever had it, and what nobody foresaw in a suite, or
 * what it asks for that can not be, is the suite's own bug.
 */

import { defined, HarnessError, SkipSignal, toError, toFailure } from '../base/errors.js';
import { type Failure, type Outcome, outcomeOfKind } from '../model/outcome.js';

/** What an attempt came to. */
export interface AttemptEnd {
  readonly outcome: Outcome;
  readonly failure?: Failure;
  readonly skipped?: string;
}

/** Where an attempt was when something ended it. */
export interface EndedAt {
  /** `host` until the machines are ready, `suite` from then on. */
  readonly phase: 'host' | 'suite';
  /** Titles of the steps, outermost first. */
  readonly steps: readonly string[];
}

/** The end of an attempt in which something was thrown. */
export function endOf(thrown: unknown, { phase, steps }: EndedAt): AttemptEnd {
  if (thrown instanceof SkipSignal) return { outcome: 'skipped', skipped: thrown.reason };
  const failure = toFailure(phase === 'suite' ? blamed(thrown) : thrown, phase);
  const located = steps.length === 0 ? failure : { ...failure, steps };
  return { outcome: outcomeOfKind(failure.kind), failure: located };
}

/**
 * The first reason: that of the signal if it has aborted, else what was thrown. A platform that
 * could not clean up wraps the reason and adds what is left; then the wrapper says more.
 */
export function firstCause(thrown: unknown, signal: AbortSignal): unknown {
  if (!signal.aborted) return thrown;
  const { reason } = signal;
  const wraps = thrown instanceof HarnessError && reason instanceof HarnessError;
  return wraps && thrown.cause === reason && thrown.code === reason.code ? thrown : reason;
}

/** An error without a code came out of the suite's own code; a usage that is wrong is the suite's, too. */
function blamed(thrown: unknown): HarnessError {
  if (thrown instanceof HarnessError) return thrown.kind === 'usage' ? asBug(thrown) : thrown;
  const error = toError(thrown);
  const bug = new HarnessError('internal', 'SUITE_BUG', error.message, {
    cause: error,
    phase: 'suite',
  });
  return Object.assign(bug, defined({ stack: error.stack }));
}

/** Nobody who called `yard` could have asked for something else. */
function asBug(error: HarnessError): HarnessError {
  const { code, message, phase = 'suite', machine, evidence } = error;
  const details = defined({ cause: error, phase, machine, evidence });
  const bug = new HarnessError('internal', code, message, details);
  return Object.assign(bug, defined({ stack: error.stack }));
}
