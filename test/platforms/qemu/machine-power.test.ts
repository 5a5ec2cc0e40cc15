/**
 * Power on purpose, over processes that are only their ends.
 */

import { type Test, t } from 'tap';
import { withResolvers } from '../../../harness/base/deadline.js';
import {
  type HarnessError,
  InfrastructureError,
  ProductError,
} from '../../../harness/base/errors.js';
import {
  type BootAgain,
  lastingConsole,
  MachinePower,
  type PowerChange,
  type RunningVm,
} from '../../../platforms/qemu/machine-power.js';

const shutdown = new ProductError('GUEST_SHUTDOWN', 'the guest powered itself off');
const killed = new InfrastructureError('QEMU_EXITED', 'killed');

/** A process that ends when it is killed or told to, and what was expected of its end then. */
class FakeVm {
  readonly #ended = withResolvers<HarnessError>();
  readonly #signal = new AbortController();
  readonly ended = this.#ended.promise;
  readonly console;
  expected: HarnessError | undefined;
  reported = false;

  constructor(lines: readonly string[]) {
    this.console = {
      lines: () => lines,
      waitFor: async () =>
        await new Promise<never>((_, reject) => {
          this.#signal.signal.addEventListener('abort', () => reject(this.#signal.signal.reason));
        }),
      send: async () => undefined,
    };
  }

  expectEnd(reason: HarnessError | undefined): void {
    this.expected = reason;
  }

  kill(): void {
    this.end(killed);
  }

  end(cause: HarnessError): void {
    this.reported = this.expected === undefined;
    this.#signal.abort(this.expected ?? cause);
    this.#ended.resolve(cause);
  }

  get running(): RunningVm {
    return { vm: this, access: undefined } as unknown as RunningVm;
  }
}

interface Made {
  readonly changes: readonly PowerChange[];
  readonly power: MachinePower;
  readonly vm: FakeVm;
  readonly attempt: AbortController;
}

function powerOf(t: Test, bootAgain?: BootAgain, slowness = 1): Made {
  const vm = new FakeVm(['first boot']);
  const attempt = new AbortController();
  const again: BootAgain = async ({ history }) => new FakeVm([...history, 'next boot']).running;
  const changes: PowerChange[] = [];
  const onPower = (change: PowerChange) => void changes.push(change);
  const machine = { machine: 'main-0', running: vm.running, onPower };
  const options = { ...machine, slowness, signal: attempt.signal };
  const power = new MachinePower({ ...options, bootAgain: bootAgain ?? again });
  t.teardown(async () => await power.close());
  return { power, vm, attempt, changes };
}

const nothing = async () => undefined;
const soon = { timeoutMs: 1_000, without: [], pulled: [] };

t.test('a cut is expected, and what waits then says that the machine is off', async (t) => {
  const { power, vm } = powerOf(t);
  const waiting = lastingConsole(power).waitFor(/x/, { timeoutMs: 1 });
  const told = t.rejects(waiting, { code: 'MACHINE_OFF', kind: 'internal', phase: 'suite' });
  await power.cut();
  await told;
  t.equal(power.state, 'off');
  t.equal(vm.reported, false, 'nobody is blamed');
  await t.rejects(power.cut(), { code: 'MACHINE_OFF', message: /main-0 is off; start it/ });
  await t.rejects(power.off({ timeoutMs: 1, request: nothing }), { code: 'MACHINE_OFF' });
});

t.test('each change is told once it has come about', async (t) => {
  const { power, vm, changes } = powerOf(t);
  await power.cut();
  t.same(changes, [{ kind: 'lost', how: 'killed' }]);
  await power.start(soon);
  t.same(changes.at(-1), { kind: 'returned' });
  const other = powerOf(t);
  await other.power.off({ timeoutMs: 5_000, request: async () => other.vm.end(shutdown) });
  t.same(other.changes, [{ kind: 'lost', how: 'powered-off' }]);
  const failing = powerOf(t);
  const off = failing.power.off({ timeoutMs: 5_000, request: async () => failing.vm.end(killed) });
  await t.rejects(off, { code: 'QEMU_EXITED' });
  t.same(failing.changes, [], 'that ends the attempt, and is told as such');
  t.equal(vm.reported, false);
});

t.test('a machine that was off goes on, its console too', async (t) => {
  const pulled: (readonly string[])[] = [];
  const { power } = powerOf(t, async ({ history, without }) => {
    pulled.push(without);
    return new FakeVm([...history, 'next boot']).running;
  });
  const console = lastingConsole(power);
  await t.rejects(power.start(soon), { code: 'MACHINE_ON', kind: 'internal' });
  await power.cut();
  await power.start({ ...soon, without: ['two'] });
  t.same(pulled, [['two']], 'without the disk that was pulled out');
  t.equal(power.state, 'on');
  t.same(console.lines(), ['first boot', 'next boot']);
  await t.rejects(power.start(soon), { code: 'MACHINE_ON' });
});

t.test('a guest that powers itself off as it was asked to', async (t) => {
  const { power, vm } = powerOf(t);
  await power.off({ timeoutMs: 5_000, request: async () => vm.end(shutdown) });
  t.equal(power.state, 'off');
  t.equal(vm.reported, false);
});

t.test('a request that is lost with the guest is fine, a refused one is not', async (t) => {
  const dying = powerOf(t);
  await dying.power.off({
    timeoutMs: 5_000,
    request: async () => {
      setTimeout(() => dying.vm.end(shutdown), 5);
      throw new ProductError('GUEST_UNREACHABLE', 'SSH connection lost');
    },
  });
  t.equal(dying.power.state, 'off');
  const refusing = powerOf(t);
  const request = async () => {
    throw new ProductError('COMMAND_FAILED', 'denied');
  };
  await t.rejects(refusing.power.off({ timeoutMs: 5_000, request }), { code: 'COMMAND_FAILED' });
  t.equal(refusing.power.state, 'on');
  refusing.vm.end(shutdown);
  t.equal(refusing.vm.reported, true, 'a later end is not expected any more');
});

t.test('a process that ends in another way is not powered off', async (t) => {
  const { power, vm } = powerOf(t);
  const off = power.off({ timeoutMs: 5_000, request: async () => vm.end(killed) });
  await t.rejects(off, { code: 'QEMU_EXITED', kind: 'infrastructure' });
});

t.test('a guest that stays on is late by the host’s own speed', async (t) => {
  const { power, vm } = powerOf(t, undefined, 3);
  await t.rejects(power.off({ timeoutMs: 20, request: nothing }), {
    code: 'POWER_OFF_TIMEOUT',
    kind: 'product',
    message: 'main-0 did not power off within 60 ms; see its console.log',
    evidence: 'last console line: first boot',
  });
  t.equal(vm.expected, undefined);
});

t.test('the end of the attempt, or of the cluster, ends a start', async (t) => {
  const never: BootAgain = async ({ signal }) =>
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  const { power, attempt } = powerOf(t, never);
  await power.cut();
  const reason = new ProductError('KERNEL_PANIC', 'panic');
  const starting = t.rejects(power.start({ timeoutMs: 60_000, without: [], pulled: [] }), reason);
  attempt.abort(reason);
  await starting;

  const closing = powerOf(t, never).power;
  await closing.cut();
  const ended = t.rejects(closing.start({ timeoutMs: 60_000, without: [], pulled: [] }), {
    code: 'CLUSTER_ENDED',
    kind: 'cancelled',
  });
  await closing.close();
  await ended;
  const late = powerOf(t).power;
  await late.cut();
  await late.close();
  await t.rejects(late.start({ timeoutMs: 1, without: [], pulled: [] }), { code: 'CLUSTER_ENDED' });
});
