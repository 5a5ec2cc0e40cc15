/**
 * What machines print in an attempt: which lines end it, which fail it at its end, which are only noted.
 */

import t from 'tap';
import { InfrastructureError, ProductError } from '../../../harness/base/errors.js';
import type { MachineEvent } from '../../../harness/model/platform.js';
import type { FakeScript } from '../../support/fake-platform.js';
import { attempt, type Body, forever, line } from './run-fake-attempt.js';

t.test('a fatal console line ends the attempt at once, with the line as evidence', async (t) => {
  const table: readonly [string, string, string][] = [
    ['[ 1.0] Kernel panic - not syncing: VFS: Unable to mount root', 'KERNEL_PANIC', 'kernel'],
    ['Ignition has failed. Please ensure your config is valid.', 'IGNITION_FAILED', 'ignition'],
    ['[FAILED] Failed to start ignition-files.service', 'IGNITION_FAILED', 'ignition'],
    ['You are in emergency mode. After logging in, type', 'EMERGENCY_MODE', 'initrd'],
    ['[FAILED] Failed to start docker.service - Docker', 'UNIT_FAILED', 'units'],
    ['device-mapper: verity: 254:3: data block 12 is corrupted', 'VERITY_CORRUPTION', 'kernel'],
    ['No bootable device.', 'NO_BOOTABLE_DEVICE', 'firmware'],
  ];
  for (const [text, code, phase] of table) {
    const startedMs = performance.now();
    const onProvision: FakeScript['onProvision'] = (_request, emit) => {
      setTimeout(() => emit(line(text)), 5);
    };
    const { end } = await attempt(forever, {}, { onProvision });
    t.match(end, { outcome: 'failed', failure: { code, phase, machine: 'main-0' } }, text);
    t.equal(end.failure?.evidence, text.trim());
    t.match(end.failure?.message, /console line 12, boot 1/);
    t.ok(performance.now() - startedMs < 1000, 'well within three seconds');
  }
});

t.test('a pattern that the suite expects is noted and harmless', async (t) => {
  const onProvision: FakeScript['onProvision'] = (_request, emit) => {
    emit(line('[FAILED] Failed to start broken.service'));
  };
  const expects = [{ pattern: 'unit-failed', reason: 'the suite breaks it on purpose' }];
  const { end, events } = await attempt(async () => undefined, { expects }, { onProvision });
  t.match(end, { outcome: 'passed' });
  t.match(events.of('finding'), [
    { pattern: 'unit-failed', severity: 'note', expected: 'the suite breaks it on purpose' },
  ]);
});

t.test('notes are recorded and do not end anything', async (t) => {
  const onProvision: FakeScript['onProvision'] = (_request, emit) => {
    emit(line('audit: avc:  denied  { read } for pid=1'));
    emit(line('all is well'));
  };
  const { end, events } = await attempt(async () => undefined, {}, { onProvision });
  t.match(end, { outcome: 'passed' });
  t.match(events.of('finding'), [
    { pattern: 'avc-denied', severity: 'note', seen: { kind: 'console', line: 12 } },
  ]);
});

t.test('what the host is to blame for is no failure of the image', async (t) => {
  const text = 'rcu: \tPossible timer handling issue on cpu=0 timer-softirq=19';
  const onProvision: FakeScript['onProvision'] = (_request, emit) => emit(line(text));
  const { end } = await attempt(async () => undefined, {}, { onProvision });
  t.match(end, { outcome: 'errored', failure: { kind: 'infrastructure', code: 'TIMER_LOST' } });
});

t.test('a finding lets the suite go on and fails the attempt at its end', async (t) => {
  const text = 'nginx[411]: segfault at 0 ip 00005581 sp 00007ffd error 4';
  const onProvision: FakeScript['onProvision'] = (_request, emit) => {
    emit(line(text));
    emit(line('Process 411 (nginx) of user 0 dumped core.'));
  };
  let ran = false;
  const body: Body = async () => {
    ran = true;
  };
  const { end, events } = await attempt(body, {}, { onProvision });
  t.ok(ran);
  t.match(end, { outcome: 'failed', failure: { code: 'SEGFAULT', phase: 'units' } });
  t.equal(end.failure?.evidence, text);
  t.match(
    end.failure?.message,
    /main-0: segfault: nginx\[411\].* at console line 12, boot 1, and 1 more/,
  );
  t.match(events.of('finding'), [{ severity: 'finding' }, { severity: 'finding' }]);
  const expects = ['segfault', 'core-dump'].map((pattern) => ({ pattern, reason: 'it crashes' }));
  const expected = await attempt(body, { expects }, { onProvision });
  t.match(expected.end, { outcome: 'passed' });
  const wrong: Body = async () => {
    throw new ProductError('ASSERTION_FAILED', 'wrong');
  };
  const other = await attempt(wrong, {}, { onProvision });
  t.match(other.end, { failure: { code: 'ASSERTION_FAILED' } }, 'the suite says more');
});

t.test('what a fork has printed that was given up does not count', async (t) => {
  const segfault = line('nginx[411]: segfault at 0 ip 00005581 sp 00007ffd error 4');
  const onProvision: FakeScript['onProvision'] = (_request, emit) => {
    emit({ kind: 'fork', machine: 'main-0', is: 'unproven' });
    emit(segfault);
    emit({ kind: 'fork', machine: 'main-0', is: 'given-up' });
    emit(line('Kernel panic - not syncing: VFS: Unable to mount root'));
    emit({ kind: 'power-on', machine: 'main-0', boot: 1 });
  };
  const { end, events } = await attempt(async () => undefined, {}, { onProvision });
  t.match(end, { outcome: 'passed' });
  t.match(events.of('finding'), [{ pattern: 'segfault' }], 'it is recorded all the same');
  const next: FakeScript['onProvision'] = async (request, emit, signal) => {
    await onProvision(request, emit, signal);
    emit(segfault);
  };
  const own = await attempt(async () => undefined, {}, { onProvision: next });
  t.match(own.end, { failure: { code: 'SEGFAULT' } }, 'its successor is judged like any other');
});

t.test('what was expected and not seen is recorded and harmless', async (t) => {
  const onProvision: FakeScript['onProvision'] = (_request, emit) => {
    emit(line('Kernel panic - not syncing: sysrq'));
  };
  const expects = ['kernel-panic', 'core-dump'].map((pattern) => ({ pattern, reason: 'asked' }));
  const { end, events } = await attempt(async () => undefined, { expects }, { onProvision });
  t.match(end, { outcome: 'passed' });
  t.match(events.of('expectation-unmet'), [{ pattern: 'core-dump', reason: 'asked' }]);
  t.equal(events.of('expectation-unmet').length, 1);
  const never = await attempt(
    async () => undefined,
    { expects },
    {
      onProvision: () => {
        throw new InfrastructureError('NO_HOST', 'no machine ever ran');
      },
    },
  );
  t.same(never.events.of('expectation-unmet'), []);
});

t.test('a boot loader’s words count only before the kernel runs', async (t) => {
  const text = 'error: no such partition.';
  const booted: MachineEvent = { kind: 'phase', machine: 'main-0', boot: 1, phase: 'units' };
  const late: FakeScript['onProvision'] = (_request, emit) => {
    emit(booted);
    emit(line(text));
  };
  t.match((await attempt(async () => undefined, {}, { onProvision: late })).end.outcome, 'passed');
  const again: FakeScript['onProvision'] = (_request, emit) => {
    emit(booted);
    emit({ kind: 'power-on', machine: 'main-0', boot: 2 });
    emit(line(text));
  };
  const { end } = await attempt(async () => undefined, {}, { onProvision: again });
  t.match(end, { outcome: 'failed', failure: { code: 'BOOTLOADER_FAILED' } });
});

t.test('a console that repeats itself does not fill the log', async (t) => {
  const onProvision: FakeScript['onProvision'] = (_request, emit) => {
    for (let n = 0; n < 1000; n++) emit(line('audit: avc:  denied  { read } for pid=1'));
  };
  const { events } = await attempt(async () => undefined, {}, { onProvision });
  t.equal(events.of('finding').length, 50);
});
