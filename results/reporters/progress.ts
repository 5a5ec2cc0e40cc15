/**
 * What a run looks like from its events so far, for a display that lives beside it. The record is
 * not made from this: it is folded from the log when the run is over.
 */

import type { LoggedEvent } from '../../harness/model/events.js';
import type { Finding } from '../../harness/model/log-pattern.js';
import {
  type CaseStatus,
  type Failure,
  type Outcome,
  type Phase,
  statusOfAttempts,
} from '../../harness/model/outcome.js';
import { type Case, nameOfCase } from '../../harness/model/plan.js';

type OfKind<K extends LoggedEvent['kind']> = Extract<LoggedEvent, { readonly kind: K }>;
type AttemptEvent = Extract<LoggedEvent, { readonly attempt: number }>;

/** An attempt that runs now. */
export interface RunningAttempt {
  readonly case: Case;
  readonly attempt: number;
  readonly startedAtMs: number;
  readonly machines: readonly string[];
  /** The machine that changed last, and the phase that it entered. */
  readonly latest?: { readonly machine: string; readonly phase: Phase };
  /** What was seen on them. */
  readonly findings: readonly Finding[];
  /** Open steps by number, outermost first. */
  readonly steps: ReadonlyMap<number, string>;
}

/** An attempt that has just ended; `status` is that of the case as it stands. */
export interface FinishedAttempt {
  readonly suite: Case['suite'];
  readonly repeat?: number | undefined;
  readonly attempt: number;
  readonly outcome: Outcome;
  readonly status: CaseStatus;
  readonly durationMs: number;
  readonly failure?: Failure;
  readonly skipped?: string;
  readonly machines: readonly string[];
  readonly findings: readonly Finding[];
}

/** The state of the display. Feed it every event in order. */
export class Progress {
  readonly #cases = new Map<string, Case>();
  readonly #running = new Map<string, RunningAttempt>();
  readonly #outcomes = new Map<string, Outcome[]>();
  #start: OfKind<'run-started'> | undefined;
  #firstAttemptMs: number | undefined;
  #excluded = 0;

  get start(): OfKind<'run-started'> | undefined {
    return this.#start;
  }

  /** When the first attempt began, in milliseconds since the epoch. */
  get firstAttemptMs(): number | undefined {
    return this.#firstAttemptMs;
  }

  get total(): number {
    return this.#cases.size;
  }

  get excluded(): number {
    return this.#excluded;
  }

  get running(): readonly RunningAttempt[] {
    return [...this.#running.values()];
  }

  /** Cases that have an outcome and are not being tried again. */
  get done(): number {
    return [...this.#outcomes.keys()].filter((id) => !this.#running.has(id)).length;
  }

  /**
   * How much of the predicted work is done, from 0 to 1; what runs counts by its time so far. Undefined
   * when no case has a forecast.
   */
  workDone(nowMs: number): number | undefined {
    const known = [...this.#cases.values()].flatMap(({ forecast }) => forecast?.durationMs ?? []);
    if (known.length === 0) return undefined;
    const usualMs = known.reduce((sum, one) => sum + one, 0) / known.length;
    let [doneMs, totalMs] = [0, 0];
    for (const [id, { forecast }] of this.#cases) {
      const durationMs = forecast?.durationMs ?? usualMs;
      const running = this.#running.get(id);
      totalMs += durationMs;
      if (running) doneMs += Math.min(durationMs, Math.max(0, nowMs - running.startedAtMs));
      else if (this.#outcomes.has(id)) doneMs += durationMs;
    }
    return totalMs === 0 ? undefined : doneMs / totalMs;
  }

  /** How many cases stand at each status that occurs. */
  counts(): ReadonlyMap<CaseStatus, number> {
    const counts = new Map<CaseStatus, number>();
    for (const [id, outcomes] of this.#outcomes) {
      if (this.#running.has(id)) continue;
      const status = statusOfAttempts(outcomes);
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
    return counts;
  }

  /** Takes in one event; returns the attempt that it ended, if it did. */
  apply(event: LoggedEvent): FinishedAttempt | undefined {
    if (event.kind === 'run-started') this.#start = event;
    else if (event.kind === 'case-planned') this.#cases.set(event.planned.id, event.planned);
    else if (event.kind === 'case-excluded') this.#excluded += 1;
    else if (event.kind === 'attempt-started') this.#begin(event);
    else if (event.kind === 'attempt-ended') return this.#end(event);
    else if ('attempt' in event) this.#update(event);
    return undefined;
  }

  /** The suite of a case, or the case's id when nobody planned it. */
  nameOf(id: Case['id']): string {
    const planned = this.#cases.get(id);
    return planned ? nameOfCase(planned) : id;
  }

  #begin({ case: id, attempt, at }: OfKind<'attempt-started'>): void {
    const planned = this.#cases.get(id);
    const startedAtMs = Date.parse(at);
    this.#firstAttemptMs ??= startedAtMs;
    if (planned === undefined) return;
    const fresh = { machines: [], findings: [], steps: new Map<number, string>() };
    this.#running.set(id, { case: planned, attempt, startedAtMs, ...fresh });
  }

  #update(event: AttemptEvent): void {
    const now = this.#running.get(event.case);
    if (now) this.#running.set(event.case, { ...now, ...changeOf(event, now) });
  }

  #end(event: OfKind<'attempt-ended'>): FinishedAttempt | undefined {
    const was = this.#running.get(event.case);
    if (was === undefined) return undefined;
    this.#running.delete(event.case);
    const outcomes = [...(this.#outcomes.get(event.case) ?? []), event.outcome];
    this.#outcomes.set(event.case, outcomes);
    const { attempt, outcome, durationMs, failure, skipped } = event;
    return {
      ...{ suite: was.case.suite, repeat: was.case.repeat, attempt, outcome, durationMs },
      machines: was.machines,
      findings: was.findings,
      status: statusOfAttempts(outcomes),
      ...(failure ? { failure } : {}),
      ...(skipped === undefined ? {} : { skipped }),
    };
  }
}

function changeOf(event: AttemptEvent, now: RunningAttempt): Partial<RunningAttempt> {
  switch (event.kind) {
    case 'machine-phase': {
      const { machine, phase } = event;
      return { latest: { machine, phase }, machines: withName(now.machines, machine) };
    }
    case 'machine-ready':
      return { machines: withName(now.machines, event.boot.machine) };
    case 'finding':
      return { findings: [...now.findings, event] };
    case 'step-started':
      return { steps: new Map(now.steps).set(event.step, event.title) };
    case 'step-ended':
      return { steps: new Map([...now.steps].filter(([step]) => step !== event.step)) };
    default:
      return {};
  }
}

function withName(names: readonly string[], name: string): readonly string[] {
  return names.includes(name) ? names : [...names, name];
}
