/**
 * Phases from console lines, and the events and times that are made of them.
 */

import t from 'tap';
import type { MachineEvent } from '../../../harness/model/platform.js';
import { BootObserver } from '../../../platforms/qemu/boot-observer.js';
import { PhaseTracker } from '../../../platforms/qemu/phase-tracker.js';

const bootLines: readonly (readonly [string, string | undefined])[] = [
  ['Welcome to GRUB!', 'bootloader'],
  ["Booting `Flatcar default'", undefined],
  ['[    0.000000] Linux version 6.12.9-flatcar (build@host)', 'kernel'],
  ['[    1.2] systemd[1]: Running in initrd.', 'initrd'],
  ['         Starting ignition-fetch.service - Ignition (fetch)...', 'ignition'],
  ['[    9.9] ignition[512]: Ignition 2.20.0', undefined],
  ['[   12.0] systemd[1]: Switching root.', 'units'],
  ['Linux version 6 quoted again', undefined],
];

t.test('a boot moves forward only', async (t) => {
  const tracker = new PhaseTracker();
  for (const [line, phase] of bootLines) t.equal(tracker.line(line), phase, line);
  t.equal(tracker.phase, 'units');
  t.equal(tracker.reach('ssh'), 'ssh');
  tracker.reset();
  t.equal(tracker.phase, 'firmware');
});

t.test('the end of the initrd is seen when systemd itself was quiet about it', async (t) => {
  const tracker = new PhaseTracker();
  const line = '[   30.6] systemd[1]: initrd-switch-root.service: Deactivated successfully.';
  t.equal(tracker.line(line), 'units');
});

t.test('a quiet console skips phases', async (t) => {
  const tracker = new PhaseTracker();
  t.equal(tracker.line('localhost login: '), 'units');
  t.equal(tracker.line('nothing that is known'), undefined);
});

function observe() {
  let nowMs = 100;
  const events: MachineEvent[] = [];
  const observer = new BootObserver({
    machine: 'm',
    onEvent: (event) => void events.push(event),
    clock: { now: () => new Date(0), elapsedMs: () => nowMs },
  });
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { observer, events, pass };
}

const reset = { event: 'RESET', data: { guest: true, reason: 'guest-reset' } };

t.test('boots and lines are counted, the first boot is timed', async (t) => {
  const { observer, events, pass } = observe();
  observer.powerOn();
  pass(500);
  observer.line('Linux version 6.12');
  observer.qmp(reset);
  pass(9_000);
  observer.line('Linux version 6.12');
  t.strictSame(observer.phasesMs, { firmware: 0, kernel: 500 });
  t.equal(observer.elapsedMs(), 9_500);
  const consoles = events.filter(({ kind }) => kind === 'console');
  t.match(consoles, [
    { boot: 1, line: 1 },
    { boot: 2, line: 2 },
  ]);
});

t.test("the firmware's own reset is no boot of its own; a silent reboot is", async (t) => {
  const { observer, events, pass } = observe();
  const boots = () => events.filter(({ kind }) => kind === 'power-on').length;
  observer.powerOn();
  observer.line('hello');
  observer.qmp(reset);
  pass(50);
  observer.qmp(reset);
  t.equal(boots(), 2);
  pass(5_000);
  observer.qmp(reset);
  t.equal(boots(), 3);
  observer.qmp({ event: 'RESET', data: { guest: false } });
  t.equal(boots(), 3, "a reset by the host is not the guest's");
});
