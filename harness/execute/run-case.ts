/**
 * The attempts of one case: a host error is tried once more, a failure as often as the run allows, a
 * failure of a fork that was not yet proven by a cold boot; a fork of the sample is held against one,
 * and each attempt stays in the record.
 */

import { attemptLog } from './attempt-log.js';
import type { AttemptRequest, AttemptResult } from './attempt-request.js';
import { runAttempt } from './run-attempt.js';
import { forkUnproven } from './unproven-fork.js';

/** A case to run; `retries` is how often a failure may be tried again. */
export interface CaseRequest extends Omit<AttemptRequest, 'attempt'> {
  readonly retries: number;
  /** Boot cold as well once a fork has settled the case. Default false. */
  readonly verifyFork?: boolean;
}

/** What is left to be tried, by whose fault the last attempt did not pass. */
interface RetriesLeft {
  product: number;
  infrastructure: number;
  fork: number;
}

/** How often a host error is tried again: a hiccup should not cost a run its answer. */
const hostRetries = 1;

/**
 * Runs attempts until one settles the case or no retry is left. Never throws. Returns the last one.
 * A machine of it that may still live occupies its share of the host; then nothing is tried again.
 */
export async function runCase(request: CaseRequest): Promise<AttemptResult> {
  const { retries, verifyFork, ...common } = request;
  const left: RetriesLeft = { product: retries, infrastructure: hostRetries, fork: 1 };
  let next = common;
  for (let attempt = 1; ; attempt++) {
    const result = await runAttempt({ ...next, attempt });
    if (result.leaked || request.signal.aborted) return result;
    if (causeOf(result) === 'fork') next = coldly(common);
    if (takeRetry(result, left)) continue;
    const isCold = next !== common;
    const verifies = verifyFork && !isCold && isTelling(result);
    return verifies ? await verify(request, attempt, result) : result;
  }
}

/** Nothing else is worth another try: bad usage and bugs stay what they are. */
function takeRetry(result: AttemptResult, left: RetriesLeft): boolean {
  const cause = causeOf(result);
  if (cause === undefined || left[cause] === 0) return false;
  left[cause]--;
  return true;
}

/** What may be worth another try. */
function causeOf({ failure }: AttemptResult): keyof RetriesLeft | undefined {
  if (failure?.code === forkUnproven) return 'fork';
  const kind = failure?.kind;
  return kind === 'product' || kind === 'infrastructure' ? kind : undefined;
}

/** The same from the firmware, to where the forks of a settled template begin. */
function coldly<T extends Omit<AttemptRequest, 'attempt'>>(request: T): T {
  const { suite } = request;
  return { ...request, suite: { ...suite, start: 'cold' }, atRest: suite.start === 'fork' };
}

function isTelling({ outcome }: AttemptResult): boolean {
  return outcome === 'passed' || outcome === 'failed';
}

/** One more attempt, which boots cold to where forks begin: what it comes to counts like any other. */
async function verify(
  { retries: _, verifyFork: __, ...request }: CaseRequest,
  forked: number,
  fork: AttemptResult,
): Promise<AttemptResult> {
  const attempt = forked + 1;
  const cold = await runAttempt({ ...coldly(request), atRest: true, attempt });
  if (isTelling(cold) && cold.outcome !== fork.outcome) {
    const log = attemptLog(request.events, request.planned.id, attempt);
    log({ kind: 'fork-disagreed', fork: fork.outcome, cold: cold.outcome });
  }
  return cold;
}
