/**
 * From the events of one attempt to its record.
 */

import { defined } from '../harness/base/errors.js';
import type { LoggedEvent } from '../harness/model/events.js';
import type { Finding } from '../harness/model/log-pattern.js';
import type { AttemptRecord, StepRecord } from '../harness/model/record.js';
import type { ExpectedPattern } from '../harness/model/suite.js';

/** An event that belongs to an attempt. */
export type AttemptEvent = Extract<LoggedEvent, { readonly attempt: number }>;

type Kind = AttemptEvent['kind'];
type OfKind<K extends Kind> = Extract<AttemptEvent, { readonly kind: K }>;

function ofKind<K extends Kind>(events: readonly AttemptEvent[], kind: K): OfKind<K>[] {
  return events.filter((event): event is OfKind<K> => event.kind === kind);
}

/**
 * Folds the events of one attempt, at least one, in the order of the log. An attempt that never
 * ended is `cancelled`: nobody was there any more to judge it.
 */
export function foldAttempt(events: readonly [AttemptEvent, ...AttemptEvent[]]): AttemptRecord {
  const [ended] = ofKind(events, 'attempt-ended');
  return defined({
    attempt: events[0].attempt,
    startedAt: events[0].at,
    endedAt: ended?.at,
    durationMs: ended?.durationMs,
    outcome: ended?.outcome ?? 'cancelled',
    failure: ended?.failure,
    skipped: ended?.skipped,
    usage: ended?.usage,
    boots: ofKind(events, 'machine-ready').map(({ boot }) => boot),
    steps: foldSteps(events),
    findings: [...ofKind(events, 'finding').map(toFinding), ...disagreements(events)],
    unmetExpectations: ofKind(events, 'expectation-unmet').map(toExpectation),
    attachments: ofKind(events, 'attached').map(({ name, file }) => ({ name, file })),
    releases: namesOf(ofKind(events, 'release-taken')),
    cleanupFailures: ofKind(events, 'cleanup-failed').map(({ failure }) => failure),
  }) as AttemptRecord;
}

function namesOf(taken: readonly OfKind<'release-taken'>[]): readonly string[] | undefined {
  return taken.length === 0 ? undefined : taken.map(({ name }) => name);
}

function foldSteps(events: readonly AttemptEvent[]): StepRecord[] {
  const ends = new Map(ofKind(events, 'step-ended').map((event) => [event.step, event]));
  return ofKind(events, 'step-started').map(({ step, parent, title, at }) => {
    const end = ends.get(step);
    const fields = { step, parent, title, startedAt: at, endedAt: end?.at, ok: end?.ok };
    return defined(fields) as StepRecord;
  });
}

function toFinding(event: OfKind<'finding'>): Finding {
  const { machine, pattern, severity, phase, boot, seen, text, expected } = event;
  return defined({ machine, pattern, severity, phase, boot, seen, text, expected }) as Finding;
}

/** Forks that do not stand for boots are a finding about whatever machine it was. */
function disagreements(events: readonly AttemptEvent[]): Finding[] {
  const [machine = 'all machines'] = ofKind(events, 'machine-ready').map(
    ({ boot }) => boot.machine,
  );
  return ofKind(events, 'fork-disagreed').map(({ fork, cold }) => ({
    machine,
    pattern: 'fork-disagreed',
    severity: 'finding',
    phase: 'suite',
    boot: 1,
    seen: { kind: 'comparison' },
    text: `a fork ${fork}, and a cold boot ${cold}: forks do not stand for boots here`,
  }));
}

function toExpectation({ pattern, reason }: OfKind<'expectation-unmet'>): ExpectedPattern {
  return { pattern, reason };
}
