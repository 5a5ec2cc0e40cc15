/**
 * One attempt: what ends it, how it is blamed, what is kept of it.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import {
  HarnessError,
  InfrastructureError,
  ProductError,
  toFailure,
} from '../../../harness/base/errors.js';
import { pause } from '../../../harness/base/poll.js';
import { runAttempt } from '../../../harness/execute/run-attempt.js';
import type { StarvedFor } from '../../../harness/execute/timed-causes.js';
import type { MachineEvent } from '../../../harness/model/platform.js';
import type { Suite, SuiteContext, SuiteDefinition } from '../../../harness/model/suite.js';
import { role, singleMachine } from '../../../harness/model/topology.js';
import { FakePlatform, type FakeScript } from '../../support/fake-platform.js';
import { EventList, fakeImage, fakePlan, fakeSuite } from '../../support/fixtures.js';

type Body = (context: SuiteContext) => Promise<void>;

async function attempt(
  run: Body,
  more: Partial<SuiteDefinition> = {},
  script: FakeScript = {},
  runDirectory = t.testdir(),
  starvedFor?: StarvedFor,
) {
  const suite: Suite = fakeSuite('a/one', { ...more, run });
  const events = new EventList();
  const [planned] = fakePlan([suite]).cases;
  if (planned === undefined) throw new Error('unreachable');
  const end = await runAttempt({
    planned,
    suite,
    attempt: 1,
    image: fakeImage(),
    platform: new FakePlatform(script),
    events,
    runDirectory,
    starvedFor,
    signal: new AbortController().signal,
  });
  return { end, events, runDirectory };
}

function line(text: string): MachineEvent {
  return { kind: 'console', machine: 'main-0', boot: 1, line: 12, text };
}

const forever: Body = async ({ signal }) => await pause(60_000, signal);

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

t.test('a machine that starts again and again is not waited for', async (t) => {
  const loop: FakeScript['onProvision'] = async (_request, emit, signal) => {
    for (let boot = 1; boot <= 3; boot++) emit({ kind: 'power-on', machine: 'main-0', boot });
    await pause(60_000, signal);
  };
  const { end } = await attempt(forever, {}, { onProvision: loop });
  t.match(end, { outcome: 'failed', failure: { code: 'BOOT_LOOP', machine: 'main-0' } });
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

t.test('a platform that never comes back is the host’s fault', async (t) => {
  const onProvision: FakeScript['onProvision'] = async (_request, _emit, signal) =>
    await pause(60_000, signal);
  const limits = { bootMs: 10 };
  const topology = { roles: { main: role({ count: 2 }) } };
  const more = { limits, topology };
  const { end } = await attempt(async () => undefined, more, { onProvision, slowness: 2 });
  const failure = { code: 'PROVISION_TIMEOUT', kind: 'infrastructure', message: /within 120 ms/ };
  t.match(end, { outcome: 'errored', failure }, 'three boots of each machine, at its own speed');
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

t.test('a cause that is held back wins over what it led to', async (t) => {
  const onProvision: FakeScript['onProvision'] = (_request, emit) => {
    emit({ kind: 'power-on', machine: 'main-0', boot: 1 });
    emit({ kind: 'qmp', machine: 'main-0', event: 'GUEST_PANICKED' });
  };
  const body: Body = async () => {
    throw new ProductError('GUEST_UNREACHABLE', 'no answer');
  };
  const { end, events } = await attempt(body, {}, { onProvision });
  t.match(end, { outcome: 'failed', failure: { code: 'KERNEL_PANIC', phase: 'kernel' } });
  t.match(end.failure?.message, /kernel-panic: GUEST_PANICKED by an event of QEMU, boot 1/);
  t.match(events.of('finding'), [{ pattern: 'kernel-panic', seen: { kind: 'qmp' } }]);
});

t.test('the end of QEMU wins over what the suite then says', async (t) => {
  const gone = new InfrastructureError('QEMU_EXITED', 'QEMU ended', { phase: 'qemu' });
  const onProvision: FakeScript['onProvision'] = (_request, emit) => {
    const failure = toFailure(gone, 'qemu');
    setTimeout(() => emit({ kind: 'exited', machine: 'main-0', failure }), 5);
  };
  const body: Body = async ({ signal }) => {
    await pause(60_000, signal).catch(() => undefined);
    throw new ProductError('GUEST_UNREACHABLE', 'no answer');
  };
  const { end } = await attempt(body, {}, { onProvision });
  t.match(end, { outcome: 'errored', failure: { code: 'QEMU_EXITED' } });
});

t.test('a suite that does not end is failed, and where it was is said', async (t) => {
  const body: Body = async (context) =>
    await context.step('wait for the moon', async () => await forever(context));
  const ends: boolean[] = [];
  const onTearDown: FakeScript['onTearDown'] = (_, { failed }) => void ends.push(failed ?? false);
  const { end } = await attempt(body, { limits: { runMs: 20 } }, { onTearDown });
  t.match(end, { outcome: 'failed', failure: { code: 'SUITE_TIMEOUT' } });
  t.same(ends, [true], 'so that the screen is kept');
  t.match(end.failure?.message, /wait for the moon/);
});

t.test('the limit of a suite is for a host of speed 1', async (t) => {
  const { end } = await attempt(forever, { limits: { runMs: 200 } }, { slowness: 5 });
  t.match(end.failure, { code: 'SUITE_TIMEOUT', message: /within 1 s;/ });
});

t.test(
  'a suite that a starved host kept from ending is nobody’s fault but the host’s',
  async (t) => {
    const limits = { limits: { runMs: 20 } };
    const { end } = await attempt(forever, limits, {}, t.testdir(), (waitMs) => `for ${waitMs} ms`);
    t.match(end, { outcome: 'errored', failure: { code: 'HOST_STARVED', evidence: 'for 20 ms' } });
  },
);

t.test('steps nest, and a failure names the open ones', async (t) => {
  const body: Body = async ({ step }) => {
    await step('first', async () => undefined);
    await step('outer', async () => {
      await step('inner', async () => {
        throw new ProductError('ASSERTION_FAILED', 'wrong');
      });
    });
  };
  const { end, events } = await attempt(body);
  t.same(end.failure?.steps, ['outer', 'inner']);
  t.match(events.of('step-started'), [
    { step: 1, title: 'first' },
    { step: 2, title: 'outer' },
    { step: 3, title: 'inner', parent: 2 },
  ]);
  t.match(events.of('step-ended'), [
    { step: 1, ok: true },
    { step: 3, ok: false },
    { step: 2, ok: false },
  ]);
});

t.test('steps that run at the same time know their own parents', async (t) => {
  const body: Body = async ({ step, signal }) => {
    const branch = async (name: string) =>
      await step(name, async () => {
        await pause(1, signal);
        await step(`${name} inner`, async () => undefined);
      });
    await Promise.all([branch('a'), branch('b')]);
  };
  const { events } = await attempt(body);
  const parents = events.of('step-started').map(({ title, parent }) => [title, parent]);
  t.same(parents.slice(2).sort(), [
    ['a inner', 1],
    ['b inner', 2],
  ]);
});

t.test('skipping ends the attempt with its reason', async (t) => {
  const { end } = await attempt(async ({ skip }) => skip('no TPM in this guest'));
  t.match(end, { outcome: 'skipped', skipped: 'no TPM in this guest' });
});

t.test('attachments are kept under safe names', async (t) => {
  const body: Body = async ({ attach }) => await attach('../table of dm.txt', 'verity');
  const { events, runDirectory } = await attempt(body);
  const [attached] = events.of('attached');
  t.match(attached?.file, /^cases\/a\/one\/attempt-1\/attachments\/[\w.-]+$/);
  t.equal(await readFile(join(runDirectory, attached?.file ?? ''), 'utf8'), 'verity');
});

t.test('asking for a machine or a file that is not there is the suite’s bug', async (t) => {
  const topology = { roles: { server: role(), client: role() } };
  const missing: readonly [Body, RegExp, Partial<SuiteDefinition>][] = [
    [
      async ({ machine }) => void machine('main'),
      /asks for main-0; .* server-0, client-0/,
      { topology },
    ],
    [async ({ network }) => void network.seed, /network, and its topology names no segments/, {}],
    [async ({ machine }) => void machine(), /asks for the only machine/, { topology }],
    [async ({ extra }) => void extra('nginx'), /wants nginx.*it has: none; add extra:nginx to/, {}],
  ];
  for (const [body, message, more] of missing) {
    const { end } = await attempt(body, more);
    t.match(end, { outcome: 'errored', failure: { kind: 'internal', message } });
  }
});

t.test('a panic during the boot ends the attempt, not the boot limit', async (t) => {
  const onProvision: FakeScript['onProvision'] = async (_request, emit, signal) => {
    setTimeout(() => emit(line('Kernel panic - not syncing: no init')), 5);
    await pause(60_000, signal);
  };
  const { end, events } = await attempt(forever, {}, { onProvision });
  t.match(end, { outcome: 'failed', failure: { code: 'KERNEL_PANIC', phase: 'kernel' } });
  t.match(events.of('finding'), [{ pattern: 'kernel-panic', severity: 'fatal' }]);
});

t.test('a platform that adds to the reason what it could not remove is quoted', async (t) => {
  const onProvision: FakeScript['onProvision'] = async (_request, emit, signal) => {
    emit(line('Kernel panic - not syncing: no init'));
    const cause = signal.reason as HarnessError;
    throw new HarnessError(cause.kind, cause.code, `${cause.message}; and pid 7 is left`, {
      cause,
    });
  };
  const { end } = await attempt(forever, {}, { onProvision });
  t.match(end.failure, {
    code: 'KERNEL_PANIC',
    message: /kernel-panic: no init at .*; and pid 7 is left/,
  });
});

t.test('a fatal line that is still on its way when the suite ends is not lost', async (t) => {
  const onTearDown: FakeScript['onTearDown'] = (emit) =>
    emit(line('Kernel panic - not syncing: x'));
  const passing = await attempt(async () => undefined, {}, { onTearDown });
  t.match(passing.end, { outcome: 'failed', failure: { code: 'KERNEL_PANIC' } });
  const wrong: Body = async () => {
    throw new ProductError('ASSERTION_FAILED', 'wrong');
  };
  const failing = await attempt(wrong, {}, { onTearDown });
  t.match(failing.end, { failure: { code: 'ASSERTION_FAILED' } }, 'the first cause wins');
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

t.test('a failure that the suite caught does not name the steps of the next one', async (t) => {
  const wrong = (what: string) => async () => {
    throw new ProductError('ASSERTION_FAILED', what);
  };
  const { end } = await attempt(async ({ step }) => {
    await step('is refused', wrong('as it should be')).catch(() => undefined);
    await step('works', wrong('but it does not'));
  });
  t.same(end.failure?.steps, ['works']);
});

t.test('what a suite does after its attempt has ended is not logged', async (t) => {
  let late: Promise<unknown> | undefined;
  const deaf: Body = async ({ step }) => {
    late = step('does not listen', async () => await pause(50, new AbortController().signal));
    await late;
  };
  const { end, events } = await attempt(deaf, { limits: { runMs: 10 } });
  t.match(end.failure, { code: 'SUITE_TIMEOUT', steps: ['does not listen'] });
  await late;
  t.equal(events.events.at(-1)?.kind, 'attempt-ended');
});

t.test('a platform’s own mistake is not blamed on the suite', async (t) => {
  const onProvision = () => {
    throw new TypeError('undefined is not a socket');
  };
  const { end } = await attempt(async () => undefined, {}, { onProvision });
  t.match(end, { outcome: 'errored', failure: { code: 'INTERNAL', phase: 'host' } });
});

t.test('attachments can neither hide, escape nor replace each other', async (t) => {
  const names = ['..', '', '.ssh', 'a b', 'a/b', 'a_b', 'x'.repeat(4000)];
  const { events } = await attempt(async ({ attach }) => {
    await Promise.all(names.map(async (name, n) => await attach(name, `${n}`)));
  });
  const files = events.of('attached').map(({ file }) => file.split('/').slice(5).join('/'));
  t.same(files.toSorted(), [
    '2-a_b',
    '2-attachment',
    '3-a_b',
    'a_b',
    'attachment',
    'ssh',
    'x'.repeat(120),
  ]);
});

t.test('a host that cannot keep a file is at fault, not the suite', async (t) => {
  const body: Body = async ({ attach }) => await attach('x', 'y');
  const directory = t.testdir({ file: '' });
  const { end } = await attempt(body, {}, {}, join(directory, 'file'));
  t.match(end, { outcome: 'errored', failure: { kind: 'infrastructure', phase: 'host' } });
  t.match(end.failure?.message, /cannot write .*; choose another place with --runs DIR/);
});

t.test('machines that the suite has left off are not asked for failed units', async (t) => {
  const off = { failedUnits: ['x.service'], power: 'off' } as const;
  t.match((await attempt(async () => undefined, {}, off)).end, { outcome: 'passed' });
  const on = { failedUnits: ['x.service'] };
  t.match((await attempt(async () => undefined, {}, on)).end, { failure: { code: 'UNIT_FAILED' } });
});

t.test('machines without a key are not asked for failed units', async (t) => {
  const ready = { kind: 'console', pattern: /login:/ } as const;
  const script = { failedUnits: ['x.service'] };
  const more = { topology: singleMachine({ ready }) };
  t.match((await attempt(async () => undefined, more, script)).end, { outcome: 'passed' });
});

t.test('machines that are lost and what the network sees are in the log', async (t) => {
  const onProvision: FakeScript['onProvision'] = ({ onNetworkEvent }, emit) => {
    setTimeout(() => {
      emit({ kind: 'lost', machine: 'main-0', how: 'killed' });
      onNetworkEvent?.({ kind: 'unplugged', atMs: 7, machine: 'main-0' });
      emit({ kind: 'returned', machine: 'main-0' });
    }, 5);
  };
  const body: Body = async ({ signal }) => await pause(50, signal);
  const { end, events } = await attempt(body, {}, { onProvision });
  t.equal(end.outcome, 'passed', 'a lost machine is no failure');
  const kinds = ['machine-lost', 'network', 'machine-returned'];
  const told = events.events.filter(({ kind }) => kinds.includes(kind));
  t.match(told, [
    { kind: 'machine-lost', machine: 'main-0', how: 'killed', attempt: 1 },
    { kind: 'network', event: { kind: 'unplugged', machine: 'main-0' }, attempt: 1 },
    { kind: 'machine-returned', machine: 'main-0', attempt: 1 },
  ]);
});
