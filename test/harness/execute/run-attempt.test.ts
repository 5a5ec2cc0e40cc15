/**
 * Which of several causes ends an attempt, how it is blamed, and what becomes of its machines.
 */

import t from 'tap';
import {
  HarnessError,
  InfrastructureError,
  ProductError,
  toFailure,
  UsageError,
} from '../../../harness/base/errors.js';
import { pause } from '../../../harness/base/poll.js';
import { singleMachine } from '../../../harness/model/topology.js';
import type { FakeScript } from '../../support/fake-platform.js';
import { attempt, type Body, forever, line } from './run-fake-attempt.js';

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

t.test('a platform’s own mistake is not blamed on the suite', async (t) => {
  const onProvision = () => {
    throw new TypeError('undefined is not a socket');
  };
  const { end } = await attempt(async () => undefined, {}, { onProvision });
  t.match(end, { outcome: 'errored', failure: { code: 'INTERNAL', phase: 'host' } });
});

t.test('what a suite asks for that can not be is its own mistake, not the host’s', async (t) => {
  const body: Body = async ({ step }) => {
    await step('cut the link', async () => {
      throw new UsageError('UNKNOWN_LINK', 'd-0 is not on any segment', { machine: 'd-0' });
    });
  };
  const { end } = await attempt(body);
  const failure = { kind: 'internal', code: 'UNKNOWN_LINK', phase: 'suite', machine: 'd-0' };
  t.match(end, { outcome: 'errored', failure: { ...failure, steps: ['cut the link'] } });
  t.match(end.failure, { message: /^d-0 is not on any segment$/, stack: /run-attempt\.test/ });
  const onProvision = () => {
    throw new UsageError('NO_UEFI_FIRMWARE', 'the host has none');
  };
  const before = await attempt(async () => undefined, {}, { onProvision });
  t.match(
    before.end,
    { failure: { kind: 'usage', phase: 'host' } },
    'until the machines are ready',
  );
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
