/**
 * Runs the cases of a plan side by side, as many as the budget and the host admit, and logs the plan
 * and all that happens.
 */

import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { CancelledError, HarnessError, InfrastructureError, toFailure } from '../base/errors.js';
import type { CaseId, SuiteId } from '../model/ids.js';
import { type Outcome, outcomeOfKind } from '../model/outcome.js';
import type { Budget, Case, Plan } from '../model/plan.js';
import { roomOf } from '../model/room.js';
import type { Suite } from '../model/suite.js';
import { Admission, type Allowance } from './admission.js';
import { attemptLog } from './attempt-log.js';
import type { ExecutionPlace } from './attempt-request.js';
import { runCase } from './run-case.js';
import type { MemoryOfCase, Throttle } from './throttle.js';

/** A plan and everything that is needed to run it. */
export interface PlanExecution extends ExecutionPlace {
  readonly plan: Plan;
  readonly suites: ReadonlyMap<SuiteId, Suite>;
  readonly budget: Budget;
  /** How often a failed case is tried again; a pass then is flaky. */
  readonly retries: number;
  /** The run ends once so many cases have failed or errored. Default: it goes on. */
  readonly maxFailures?: number | undefined;
  /** Cases that boot cold as well, see `sample-forks.ts`. */
  readonly verifyForks?: ReadonlySet<CaseId> | undefined;
  /** Holds back when the host is pressed. Default: the budget alone decides. */
  readonly throttle?: Throttle | undefined;
  readonly signal: AbortSignal;
}

/** How often the host is looked at again while a case could start but for the throttle. */
const lookAgainMs = 500;

/**
 * Resolves when every case has an outcome and every machine is gone. When the signal aborts, running
 * attempts end cancelled and so do the cases that had not started. Throws UNKNOWN_CASE (internal)
 * before anything is logged when the plan has a suite that `suites` has not.
 */
export async function runPlan(execution: PlanExecution): Promise<void> {
  requireSuites(execution);
  announce(execution);
  await new PlanRun(execution).run();
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

class PlanRun {
  readonly #execution: PlanExecution;
  readonly #admission: Admission;
  readonly #enough = new AbortController();
  readonly #signal: AbortSignal;
  readonly #running = new Set<Promise<void>>();
  #failures = 0;
  /** What the host allowed when the next case was looked for. */
  #allowance: Allowance | undefined;
  #busyAtMs = performance.now();

  constructor(execution: PlanExecution) {
    this.#execution = execution;
    this.#admission = new Admission(execution.plan.cases, execution.budget);
    this.#signal = AbortSignal.any([execution.signal, this.#enough.signal]);
    // Every running case listens to it.
    setMaxListeners(0, this.#signal);
  }

  async run(): Promise<void> {
    for (;;) {
      this.#admitAll();
      if (this.#running.size > 0 || this.#mayStillStart()) await this.#somethingChanges();
      else if (!this.#giveUpStuck()) break;
    }
    const isHeldBack = this.#admission.couldAdmit;
    this.#endUnstarted(this.#admission.drain(), isHeldBack);
  }

  /**
   * Nothing runs and nothing will start: ends what the host has no memory for, or the budget no room, so that
   * it stands in nobody's way. False when there is no such case.
   */
  #giveUpStuck(): boolean {
    if (this.#signal.aborted) return false;
    const isHeldBack = this.#admission.couldAdmit;
    const host = isHeldBack ? this.#allowance?.memoryMiB : undefined;
    const stuck = this.#admission.giveUp(host ?? Number.POSITIVE_INFINITY);
    this.#endUnstarted(stuck, isHeldBack);
    for (const _ of stuck) this.#count('errored');
    return stuck.length > 0;
  }

  #admitAll(): void {
    const { throttle } = this.#execution;
    while (!this.#signal.aborted) {
      this.#allowance = throttle?.allowance(this.#admission.running);
      const planned = this.#admission.admit(this.#allowance);
      if (planned === undefined) return;
      throttle?.started(planned.id, memoryOf(planned, this.#execution.budget));
      const ended = this.#runAdmitted(planned);
      this.#running.add(ended);
      void ended.then(() => this.#running.delete(ended));
    }
  }

  /** Whether only the throttle keeps the next case from starting, and not for too long yet. */
  #mayStillStart(): boolean {
    const { throttle } = this.#execution;
    if (throttle === undefined || this.#signal.aborted || !this.#admission.couldAdmit) return false;
    return performance.now() - this.#busyAtMs < throttle.patienceMs;
  }

  /** Never throws. A machine that could not be ended keeps its share of the budget. */
  async #runAdmitted(planned: Case): Promise<void> {
    const { suites, throttle, verifyForks, ...execution } = this.#execution;
    const verifyFork = verifyForks?.has(planned.id) ?? false;
    const suite = suites.get(planned.suite) as Suite;
    const signal = this.#signal;
    const { leaked, outcome, usage } = await runCase({
      ...execution,
      ...{ planned, suite, signal, verifyFork },
    });
    this.#busyAtMs = performance.now();
    throttle?.ended(planned.id, usage?.peakMemoryMiB);
    if (!leaked) this.#admission.release(planned);
    this.#count(outcome);
  }

  #count(outcome: Outcome): void {
    const { maxFailures } = this.#execution;
    if (outcome === 'failed' || outcome === 'errored') this.#failures++;
    if (maxFailures === undefined || this.#failures < maxFailures) return;
    const text = `${this.#failures} cases did not pass, the limit of --max-failures`;
    this.#enough.abort(new CancelledError('MAX_FAILURES', text, { phase: 'host' }));
  }

  /** A case ends or, while the host holds cases back, the run is cancelled or some time passes. */
  async #somethingChanges(): Promise<void> {
    const { throttle } = this.#execution;
    // A cancelled run waits for its running cases alone: nothing will be admitted any more.
    if (throttle === undefined || this.#signal.aborted || !this.#admission.couldAdmit) {
      await Promise.race(this.#running);
      return;
    }
    const changed = new AbortController();
    const signal = AbortSignal.any([changed.signal, this.#signal]);
    const later = delay(lookAgainMs, undefined, { signal }).catch(() => undefined);
    await Promise.race([...this.#running, later]);
    changed.abort();
  }

  /** Cases that never started have an outcome too. */
  #endUnstarted(cases: readonly Case[], isHeldBack: boolean): void {
    for (const planned of cases) {
      const log = attemptLog(this.#execution.events, planned.id, 1);
      log({ kind: 'attempt-started' });
      const failure = toFailure(this.#whyUnstarted(planned, isHeldBack), 'host');
      log({ kind: 'attempt-ended', outcome: outcomeOfKind(failure.kind), durationMs: 0, failure });
    }
  }

  /** Cancelled, too little memory for too long, or no room that would ever be free. */
  #whyUnstarted(planned: Case, isHeldBack: boolean): unknown {
    if (this.#signal.aborted) return this.#signal.reason;
    const { throttle, budget } = this.#execution;
    if (throttle === undefined || !isHeldBack) return noRoom(planned);
    const forSeconds = throttle.patienceMs / 1000;
    const allowedMiB = Math.max(0, Math.floor(this.#allowance?.memoryMiB ?? 0));
    const text = `the host has lacked memory for ${forSeconds} s while nothing ran here`;
    const left = `${roomOf(planned, budget).memoryMiB} MiB are needed, ${allowedMiB} MiB can be had`;
    return new InfrastructureError('OUT_OF_MEMORY', `${text}: ${left}; end other programs`, {
      phase: 'host',
    });
  }
}

function memoryOf(planned: Case, budget: Budget): MemoryOfCase {
  return {
    givenMiB: roomOf(planned, budget).memoryMiB,
    declaredMiB: planned.cost.memoryMiB,
  };
}

function noRoom({ cost, locks }: Case): InfrastructureError {
  const needs = `${cost.memoryMiB} MiB, ${cost.vcpus} vCPUs, locks: ${locks.join(', ') || 'none'}`;
  const text = `no room for ${needs}: machines that did not end hold it; run: ./yard reap`;
  return new InfrastructureError('NO_ROOM', text, { phase: 'host' });
}
