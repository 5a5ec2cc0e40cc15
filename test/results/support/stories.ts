/**
 * Runs that many tests tell: one with every status, one with repetitions, one whose fork was wrong.
 */

import type { LoggedEvent, RunEvent } from '../../../harness/model/events.js';
import {
  attemptEvents,
  failure,
  logged,
  plannedCase,
  type RunStory,
  runEvents,
  runStarted,
  suite,
} from './events.js';

const qemuDied = failure({
  code: 'QEMU_EXITED',
  kind: 'infrastructure',
  phase: 'qemu',
  message: 'main-0: QEMU ended with signal SIGKILL after 3.1 s, and nobody here asked it to',
  evidence: 'kernel: Out of memory: Killed process 4711 (qemu-system-x86)',
});

/** A run in which every status occurs once, and passed twice. */
export const everyStatus: RunStory = {
  cases: {
    'boot/first-boot': [{ outcome: 'passed', steps: [['reads os-release', true]] }],
    'boot/again': [
      { outcome: 'errored', failure: qemuDied, durationMs: 3100 },
      { outcome: 'passed', durationMs: 34_200 },
    ],
    'provision/user-key': [{ outcome: 'failed', failure: failure() }],
    'update/rollback': [
      {
        outcome: 'failed',
        durationMs: 61_000,
        failure: failure({
          code: 'UNIT_FAILED',
          phase: 'units',
          message: 'main-0: unit health.service: expected active, got failed',
          steps: ['updates', 'waits for the health check'],
        }),
      },
      { outcome: 'passed', durationMs: 58_000 },
    ],
    'net/dns': [
      { outcome: 'errored', failure: qemuDied, durationMs: 3100 },
      { outcome: 'errored', failure: qemuDied, durationMs: 2900 },
    ],
    'net/late': [],
    'net/stopped': [
      {
        outcome: 'cancelled',
        failure: failure({
          code: 'RUN_DEADLINE',
          kind: 'cancelled',
          phase: 'host',
          message: 'the run reached its deadline of 10 min',
        }),
      },
    ],
    'tpm/log': [{ outcome: 'skipped', skipped: 'no event log in this kernel' }],
  },
  excluded: {
    'container/docker': 'needs docker, which the image lacks',
    'container/compose': 'needs docker, which the image lacks',
  },
};

/** One part of a run with repetitions: the second one failed, the third is in another part. */
export function repeatedEvents(): LoggedEvent[] {
  const usage = { cpuSeconds: 4.2, peakMemoryMiB: 190 };
  const [, ...rest] = runEvents({
    cases: {
      'boot/reboot': [{ outcome: 'passed', usage }],
      'boot/reboot#2': [{ outcome: 'failed', failure: failure() }],
    },
  });
  const elsewhere = { suite: suite('boot/reboot'), repeat: 3, reason: 'in shard 2/2' };
  const started = { ...runStarted, shard: { index: 1, count: 2 } } as RunEvent;
  const [first, left] = logged([started, { kind: 'case-excluded', excluded: elsewhere }]);
  const all = [first as LoggedEvent, left as LoggedEvent, ...rest];
  return all.map((event, seq) => ({ ...event, seq }));
}

/** A run of one case, whose fork passed and whose cold boot failed. */
export function disagreedEvents(): LoggedEvent[] {
  const planned = plannedCase('a/b');
  return logged([
    runStarted,
    { kind: 'case-planned', planned },
    ...attemptEvents('a/b', 1, { outcome: 'passed' }),
    ...attemptEvents('a/b', 2, { outcome: 'failed', failure: failure() }),
    { kind: 'fork-disagreed', case: planned.id, attempt: 2, fork: 'passed', cold: 'failed' },
    { kind: 'run-ended', interrupted: false },
  ]);
}
