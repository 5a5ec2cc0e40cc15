/**
 * QEMU's captures run by the clock of the machine, which stands still while the machine does. By when it
 * stood still their times are those of the host again.
 */

import type { LoggedEvent } from '../../harness/model/events.js';
import { attemptKey } from './trace-events.js';

/** A time in which a machine stood still, in milliseconds since the epoch. */
export interface Standstill {
  /** Undefined where it was frozen before it was seen, as a fork is. */
  readonly fromMs: number | undefined;
  readonly toMs: number;
}

/** Of each machine, by its name, in their order. */
export type Standstills = ReadonlyMap<string, readonly Standstill[]>;

interface Clock {
  readonly stood: readonly Standstill[];
  /** Set while it stands still. */
  readonly stoppedMs?: number;
  /** Its QEMU has ended: what goes on is another, such as the fork of the template that it became. */
  readonly isOver?: true;
}

/** Of the machines of each attempt, by {@link attemptKey}, from what the last QEMU of each said. */
export function standstillsIn(events: readonly LoggedEvent[]): ReadonlyMap<string, Standstills> {
  const clocks = new Map<string, Map<string, Clock>>();
  for (const event of events) {
    if (event.kind !== 'machine-qmp' && event.kind !== 'machine-returned') continue;
    const key = attemptKey(event.case, event.attempt);
    const machines = clocks.get(key) ?? new Map<string, Clock>();
    clocks.set(key, machines);
    machines.set(event.machine, after(event, machines.get(event.machine) ?? unstopped));
  }
  const stood = (machines: ReadonlyMap<string, Clock>) =>
    new Map([...machines].map(([machine, clock]) => [machine, clock.stood]));
  return new Map([...clocks].map(([key, machines]) => [key, stood(machines)]));
}

const unstopped: Clock = { stood: [] };

type ClockEvent = Extract<LoggedEvent, { readonly kind: 'machine-qmp' | 'machine-returned' }>;

function after(event: ClockEvent, before: Clock): Clock {
  const [said, atMs] = [
    event.kind === 'machine-qmp' ? event.event : 'started',
    Date.parse(event.at),
  ];
  if (said === 'started') return unstopped;
  if (said === 'STOP') return { ...before, stoppedMs: atMs };
  if (said === 'SHUTDOWN') return { stood: before.stood, isOver: true };
  if (said !== 'RESUME') return before;
  const { stood, stoppedMs } = before.isOver ? unstopped : before;
  return { stood: [...stood, { fromMs: stoppedMs, toMs: atMs }] };
}

/**
 * From a capture's times to the host's. `announcedMs` is the capture's time of what a fork sends first,
 * which tells what its clock showed when it went on.
 */
export function hostTimes(
  standstills: readonly Standstill[],
  announcedMs: number | undefined,
): (captureMs: number) => number {
  const frozen = standstills.find(({ fromMs }) => fromMs === undefined);
  const aheadMs = frozen && announcedMs !== undefined ? announcedMs - frozen.toMs : 0;
  return (captureMs) =>
    standstills.reduce((ms, { fromMs = Number.POSITIVE_INFINITY, toMs }) => {
      return ms < fromMs ? ms : ms + toMs - fromMs;
    }, captureMs - aheadMs);
}
