/**
 * Events of one attempt: every one of them carries the case and the number of the attempt.
 */

import type { EventSink, RunEvent } from '../model/events.js';
import type { CaseId } from '../model/ids.js';
import type { MachineEvent } from '../model/platform.js';

type AttemptEvent = Extract<RunEvent, { attempt: number }>;

/** An event without the two fields that the log of an attempt adds. */
export type AttemptEventBody = AttemptEvent extends infer E
  ? E extends AttemptEvent
    ? Omit<E, 'case' | 'attempt'>
    : never
  : never;

/** Appends an event of this attempt. */
export type AttemptLog = (event: AttemptEventBody) => void;

/**
 * Binds an event sink to one attempt. After `attempt-ended` it is deaf: a suite that does not listen
 * to its signal may go on for a while, and what it does then belongs to no attempt.
 */
export function attemptLog(events: EventSink, id: CaseId, attempt: number): AttemptLog {
  let ended = false;
  return (event) => {
    if (ended) return;
    ended = event.kind === 'attempt-ended';
    events.append({ ...event, case: id, attempt } as AttemptEvent);
  };
}

/** Logs what belongs in the record of what a machine tells; the rest is for who watches it. */
export function logMachineEvent(log: AttemptLog, event: MachineEvent): void {
  const { machine } = event;
  if (event.kind === 'phase') log({ kind: 'machine-phase', machine, phase: event.phase });
  if (event.kind === 'qmp') log({ kind: 'machine-qmp', machine, event: event.event });
  if (event.kind === 'command') log({ ...event, kind: 'machine-command' });
  if (event.kind === 'lost') log({ ...event, kind: 'machine-lost' });
  if (event.kind === 'returned') log({ ...event, kind: 'machine-returned' });
}
