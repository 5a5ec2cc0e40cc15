/**
 * Runs the cases of a plan side by side, as many as the budget admits, and logs the plan and all
 * that happens.
 */

import { HarnessError, InfrastructureError, toFailure } from '../base/errors.js';
import type { SuiteId } from '../model/ids.js';
import { outcomeOfKind } from '../model/outcome.js';
import type { Budget, Case, Plan } from '../model/plan.js';
import type { Suite } from '../model/suite.js';
import { Admission } from './admission.js';
import { attemptLog } from './attempt-log.js';
import type { ExecutionPlace } from './run-attempt.js';
import { runCase } from './run-case.js';

/** A plan and everything that is needed to run it. */
export interface PlanExecution extends ExecutionPlace {
  readonly plan: Plan;
  readonly suites: ReadonlyMap<SuiteId, Suite>;
  readonly budget: Budget;
  /** How often a failed case is tried again; a pass then is flaky. */
  readonly retries: number;
  readonly signal: AbortSignal;
}

/**
 * Resolves when every case has an outcome and every machine is gone. When the signal aborts, running
 * attempts end cancelled and so do the cases that had not started. Throws UNKNOWN_CASE (internal)
 * before anything is logged when the plan has a suite that `suites` has not.
 */
export async function runPlan(execution: PlanExecution): Promise<void> {
  requireSuites(execution);
  announce(execution);
  const admission = new Admission(execution.plan.cases, execution.budget);
  const running = new Set<Promise<void>>();
  for (;;) {
    for (const planned of admitted(admission, execution.signal)) {
      const ended = runAdmitted(planned, admission, execution);
      running.add(ended);
      void ended.then(() => running.delete(ended));
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  for (const planned of admission.drain()) endUnstarted(planned, execution);
}

function requireSuites({ plan, suites }: PlanExecution): void {
  const unknown = plan.cases.find(({ suite }) => !suites.has(suite));
  if (unknown === undefined) return;
  const text = `the plan has ${unknown.suite}, which is not among the loaded suites`;
  throw new HarnessError('internal', 'UNKNOWN_CASE', text);
}

function announce({ plan, events }: PlanExecution): void {
  for (const planned of plan.cases) events.append({ kind: 'case-planned', planned });
  for (const excluded of plan.excluded) events.append({ kind: 'case-excluded', excluded });
}

function* admitted(admission: Admission, signal: AbortSignal): Generator<Case> {
  for (;;) {
    const planned = signal.aborted ? undefined : admission.admit();
    if (planned === undefined) return;
    yield planned;
  }
}

/** Never throws. A machine that could not be ended keeps its share of the budget. */
async function runAdmitted(
  planned: Case,
  admission: Admission,
  { suites, ...execution }: PlanExecution,
): Promise<void> {
  const suite = suites.get(planned.suite) as Suite;
  const leaked = await runCase({ ...execution, planned, suite });
  if (!leaked) admission.release(planned);
}

/** A case that never started has an outcome too: cancelled, or no room that would ever be free. */
function endUnstarted(planned: Case, { events, signal }: PlanExecution): void {
  const log = attemptLog(events, planned.id, 1);
  log({ kind: 'attempt-started' });
  const failure = toFailure(signal.aborted ? signal.reason : noRoom(planned), 'host');
  log({ kind: 'attempt-ended', outcome: outcomeOfKind(failure.kind), durationMs: 0, failure });
}

function noRoom({ cost, locks }: Case): InfrastructureError {
  const needs = `${cost.memoryMiB} MiB, ${cost.vcpus} vCPUs, locks: ${locks.join(', ') || 'none'}`;
  const text = `no room for ${needs}: machines that did not end hold it; run: ./yard reap`;
  return new InfrastructureError('NO_ROOM', text, { phase: 'host' });
}
