/**
 * Runs the cases of a plan side by side, as many as the budget admits, and logs the plan and all
 * that happens.
 */

import { toFailure } from '../base/errors.js';
import type { SuiteId } from '../model/ids.js';
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
 * attempts end cancelled and so do the cases that had not started.
 */
export async function runPlan(execution: PlanExecution): Promise<void> {
  announce(execution);
  const admission = new Admission(execution.plan.cases, execution.budget);
  const running = new Set<Promise<void>>();
  for (;;) {
    for (const planned of admitted(admission, execution.signal)) {
      const ended = runAdmitted(planned, admission, execution);
      running.add(ended);
      void ended.finally(() => running.delete(ended));
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  for (const planned of admission.drain()) cancel(planned, execution);
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

async function runAdmitted(
  planned: Case,
  admission: Admission,
  { suites, ...execution }: PlanExecution,
): Promise<void> {
  const suite = suites.get(planned.suite);
  if (suite === undefined) throw new Error(`the plan has ${planned.suite}, the registry has not`);
  await runCase({ ...execution, planned, suite });
  admission.release(planned);
}

function cancel(planned: Case, { events, signal }: PlanExecution): void {
  const log = attemptLog(events, planned.id, 1);
  log({ kind: 'attempt-started' });
  const failure = toFailure(signal.reason, 'host');
  log({ kind: 'attempt-ended', outcome: 'cancelled', durationMs: 0, failure });
}
