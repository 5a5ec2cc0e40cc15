/**
 * The attempts of one case: a host error is tried once more, a failure as often as the run allows,
 * and each attempt stays in the record.
 */

import type { Outcome } from '../model/outcome.js';
import { type AttemptRequest, runAttempt } from './run-attempt.js';

/** A case to run; `retries` is how often a failure may be tried again. */
export interface CaseRequest extends Omit<AttemptRequest, 'attempt'> {
  readonly retries: number;
}

/** How often an errored attempt is repeated: a host hiccup should not cost a run its answer. */
const errorRetries = 1;

/** Runs attempts until one settles the case or no retry is left. Never throws. */
export async function runCase({ retries, ...request }: CaseRequest): Promise<void> {
  const left = { failed: retries, errored: errorRetries };
  for (let attempt = 1; ; attempt++) {
    const { outcome, failure } = await runAttempt({ ...request, attempt });
    const final = failure?.kind === 'internal' || request.signal.aborted;
    if (final || !mayRetry(outcome, left)) return;
  }
}

function mayRetry(outcome: Outcome, left: { failed: number; errored: number }): boolean {
  if (outcome !== 'failed' && outcome !== 'errored') return false;
  if (left[outcome] === 0) return false;
  left[outcome]--;
  return true;
}
