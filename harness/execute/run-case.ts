/**
 * The attempts of one case: a host error is tried once more, a failure as often as the run allows,
 * and each attempt stays in the record.
 */

import { type AttemptRequest, type AttemptResult, runAttempt } from './run-attempt.js';

/** A case to run; `retries` is how often a failure may be tried again. */
export interface CaseRequest extends Omit<AttemptRequest, 'attempt'> {
  readonly retries: number;
}

/** What is left to be tried, by whose fault the last attempt did not pass. */
interface RetriesLeft {
  product: number;
  infrastructure: number;
}

/** How often a host error is tried again: a hiccup should not cost a run its answer. */
const hostRetries = 1;

/**
 * Runs attempts until one settles the case or no retry is left. Never throws. Returns the last one.
 * A machine of it that may still live occupies its share of the host; then nothing is tried again.
 */
export async function runCase({ retries, ...request }: CaseRequest): Promise<AttemptResult> {
  const left: RetriesLeft = { product: retries, infrastructure: hostRetries };
  for (let attempt = 1; ; attempt++) {
    const result = await runAttempt({ ...request, attempt });
    if (result.leaked || request.signal.aborted || !takeRetry(result, left)) return result;
  }
}

/** Nothing else is worth another try: bad usage and bugs stay what they are. */
function takeRetry({ failure }: AttemptResult, left: RetriesLeft): boolean {
  const kind = failure?.kind;
  if ((kind !== 'product' && kind !== 'infrastructure') || left[kind] === 0) return false;
  left[kind]--;
  return true;
}
