/**
 * The machine's own verbs, on a VM that is only its ports.
 */

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type Test, t } from 'tap';
import { withoutDisks } from '../../../platforms/qemu/boot-machine.js';
import type { MachinePlan } from '../../../platforms/qemu/machine-plan.js';
import type { MachineSpec } from '../../../platforms/qemu/machine-spec.js';
import { QemuMachine, type QemuMachineOptions } from '../../../platforms/qemu/qemu-machine.js';
import { fakeImage } from '../../support/fixtures.js';

const { signal } = new AbortController();

async function silentPort(t: Test): Promise<number> {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function machineWith(hostPort: number, slowness: number): QemuMachine {
  const vm = { signal, console: {}, ports: [{ network: 'nic0', guestPort: 80, hostPort }] };
  const plan = { name: 'main-0', role: 'main', index: 0 } as MachinePlan;
  const power = { running: { vm, access: undefined } };
  const options = { plan, image: fakeImage(), power, bootMs: 1, slowness, signal };
  return new QemuMachine(options as unknown as QemuMachineOptions);
}

t.test('a disk that is pulled out must be one of the machine’s', async (t) => {
  const started: object[] = [];
  const plan = { name: 'main-0', request: { disks: [{ name: 'one', sizeMiB: 1 }] } };
  const power = { running: {}, start: async (options: object) => void started.push(options) };
  const options = { plan, image: fakeImage(), power, bootMs: 7, slowness: 1, signal };
  const machine = new QemuMachine(options as unknown as QemuMachineOptions);
  await t.rejects(machine.start({ without: ['two'] }), {
    code: 'DISK_UNKNOWN',
    kind: 'internal',
    message: 'main-0 has no disk two; its topology must name it',
  });
  await machine.start({ without: ['one'] });
  await machine.start();
  t.same(started, [
    { timeoutMs: 7, without: ['one'], pulled: [] },
    { timeoutMs: 7, without: [], pulled: [] },
  ]);
});

/** A machine on whose QEMU nothing runs; `whileStarting` is done before it is ready. */
function machineWithCables(whileStarting: (machine: QemuMachine) => Promise<void>) {
  const told: string[] = [];
  const vm = {
    signal,
    execute: async (_: string, { name, up }: { name: string; up: boolean }) => {
      told.push(`${name} ${up ? 'up' : 'down'}`);
    },
  };
  const power = {
    running: { vm },
    state: 'on',
    start: async ({ pulled }: { pulled: readonly string[] }) => {
      told.push(`start without ${pulled.join(' ')}`);
      await whileStarting(machine);
      power.state = 'on';
    },
  };
  const plan = { name: 'main-0', request: { disks: [] } } as unknown as MachinePlan;
  const options = { plan, image: fakeImage(), power, bootMs: 7, slowness: 1, signal };
  const machine = new QemuMachine(options as unknown as QemuMachineOptions);
  return { machine, power, told };
}

t.test('a cable that is out stays out when the machine is switched on', async (t) => {
  const { machine, power, told } = machineWithCables(async (starting) => {
    await starting.setCarrier(0, true);
    await starting.setCarrier(1, false);
  });
  await machine.setCable(1, 'pulled');
  await machine.setCable(2, 'pulled');
  await machine.setCable(2, 'plugged');
  power.state = 'off';
  await machine.setCarrier(0, false);
  await machine.start();
  t.same(told, [
    ...['nic1 down', 'nic2 down', 'nic2 up'],
    'start without nic1 lan0',
    ...['lan0 up', 'lan1 down'],
  ]);
});

t.test('what is typed are keys, one after the other', async (t) => {
  const sent: unknown[] = [];
  const vm = {
    signal,
    execute: async (command: string, { keys }: { keys: { data: string }[] }) => {
      sent.push([command, ...keys.map(({ data }) => data)].join(' '));
    },
  };
  const power = { running: { vm } };
  const plan = { name: 'main-0' } as MachinePlan;
  const options = { plan, image: fakeImage(), power, bootMs: 1, slowness: 1, signal };
  const machine = new QemuMachine(options as unknown as QemuMachineOptions);
  await machine.typeKeys('aZ|$\n');
  const chords = ['a', 'shift z', 'shift backslash', 'shift 4', 'ret'];
  t.same(
    sent,
    chords.map((chord) => `send-key ${chord}`),
  );
  await t.rejects(machine.typeKeys('ü'), { message: 'no key of a US keyboard has "ü"' });
});

t.test('the drive of that name goes, and no other', async (t) => {
  const drive = (id: string, serial?: string) => ({ id, ...(serial && { serial }) });
  const drives = [drive('system'), drive('disk0', 'one'), drive('disk1', 'two')];
  const left = withoutDisks({ drives } as unknown as MachineSpec, ['two']).drives;
  t.same(
    left.map(({ id }) => id),
    ['system', 'disk0'],
  );
});

t.test('get waits as much longer as the host is slower', async (t) => {
  const machine = machineWith(await silentPort(t), 3);
  await t.rejects(machine.get({ port: 80, timeoutMs: 30 }), {
    code: 'HTTP_TIMEOUT',
    kind: 'product',
    message: 'main-0: no HTTP answer from port 80 within 90 ms',
  });
});

t.test('a port that the topology did not ask for is named', async (t) => {
  const machine = machineWith(1, 1);
  await t.rejects(machine.get({ port: 81 }), { code: 'NO_FORWARD', message: /there are: nic0:80/ });
});
