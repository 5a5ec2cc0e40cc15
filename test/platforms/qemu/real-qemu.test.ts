/**
 * The platform against a real QEMU with a guest of 512 bytes: no Linux is needed and a boot takes
 * half a second.
 */

import { existsSync, readdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { isRunning } from '../../../harness/base/host-process.js';
import { poll } from '../../../harness/base/poll.js';
import type { MachineEvent } from '../../../harness/model/platform.js';
import { listStates } from '../../../platforms/qemu/cluster-state.js';
import { createQemuPlatform } from '../../../platforms/qemu/create-platform.js';
import { makeWorkbench, type Workbench } from './payload.js';

async function bench(test: Pick<typeof t, 'teardown'>): Promise<Workbench> {
  const made = await makeWorkbench();
  test.teardown(async () => await rm(made.directory, { recursive: true, force: true }));
  return made;
}

function processOf(work: Workbench) {
  const [entry] = listStates(work.platformOptions.stateDirectory);
  const process = entry?.data?.machines[0]?.process;
  if (!process) throw new Error('no process in the state file');
  return process;
}

async function until(work: Workbench, wanted: (event: MachineEvent) => boolean) {
  const find = () => work.events.find(wanted);
  return await poll(find, { signal: AbortSignal.timeout(10_000), intervalMs: 10 });
}

t.test('a machine from power-on to teardown', async (t) => {
  const work = await bench(t);
  await using platform = await createQemuPlatform(work.platformOptions);
  t.match(platform.host, { accelerator: { name: 'tcg', reason: 'asked for' } });
  t.ok(platform.host.slowness >= 1 && platform.host.slowness <= 8);

  const request = work.request({ forwards: [80], nics: [{ subnet: '10.9.8.0/24' }] });
  const cluster = await platform.provision(request, AbortSignal.timeout(30_000));
  const machine = cluster.machines[0];
  if (!machine) throw new Error('no machine');
  t.equal(machine.name, 'main-0');
  t.strictSame(machine.console.lines(), ['Linux version 0 (payload)', 'hello', 'login: ']);
  t.match(cluster.boots, [{ machine: 'main-0', start: 'cold', accelerator: 'tcg' }]);
  t.ok(cluster.boots[0]?.phasesMs.kernel, 'the kernel phase was seen');
  const identity = processOf(work);
  t.ok(isRunning(identity), 'the state file names the process');

  await t.test('typing reaches the guest', async (t) => {
    await machine.console.send('ping\n');
    t.equal(await machine.console.waitFor(/ping/, { timeoutMs: 5_000 }), 'login: ping');
  });

  await t.test('forwarded ports were read back', async (t) => {
    const failed = machine.get({ port: 80, timeoutMs: 300 });
    await t.rejects(failed, { code: /^HTTP_(TIMEOUT|FAILED)$/ });
    await t.rejects(machine.get({ port: 81 }), { code: 'NO_FORWARD', message: /nic0:80/ });
  });

  await t.test('a reset is the next boot', async (t) => {
    await machine.console.send('R');
    await until(work, (event) => event.kind === 'power-on' && event.boot === 2);
    await until(work, (event) => event.kind === 'console' && event.boot === 2);
    await machine.console.waitFor(/hello/, { timeoutMs: 5_000 });
    t.equal(work.events.filter(({ kind }) => kind === 'power-on').length, 2);
  });

  await t.test('there is no shell', async (t) => {
    await t.rejects(machine.exec(['true']), { code: 'NO_SHELL' });
  });

  const startedMs = performance.now();
  t.strictSame(await cluster.tearDown({ timeoutMs: 5_000 }), []);
  t.ok(performance.now() - startedMs < 2_000, 'QMP quit is enough');
  t.notOk(isRunning(identity));
  t.strictSame(listStates(work.platformOptions.stateDirectory), [], 'no state is left');
  t.strictSame(readdirSync(work.platformOptions.runDirectory), [], 'no disk is left');
  t.notOk(
    work.events.some((event) => event.kind === 'exited'),
    'an end that was asked for is not reported',
  );
  const kept = join(work.directory, 'artifacts', 'main-0');
  t.match(await readFile(join(kept, 'console.log'), 'latin1'), /hello/);
  t.match(await readFile(join(kept, 'argv.txt'), 'utf8'), /^mkdir -p .* && qemu-system-x86_64 /);
  t.notOk(existsSync(join(kept, 'ignition.json')));
});

/** A server must be there again when its machine is. */
const service = { kind: 'http', address: '10.0.2.80', port: 80, files: {} } as const;

t.test('power on purpose', async (t) => {
  const work = await bench(t);
  await using platform = await createQemuPlatform(work.platformOptions);
  const cluster = await platform.provision(
    work.request({ services: [service] }),
    AbortSignal.timeout(60_000),
  );
  const machine = cluster.machines[0];
  if (!machine) throw new Error('no machine');
  const greetings = () => machine.console.lines().filter((line) => line === 'hello').length;
  const first = processOf(work);

  await machine.cutPower();
  t.notOk(isRunning(first), 'the process has been reaped');
  await t.rejects(machine.console.waitFor(/never/, { timeoutMs: 1 }), { code: 'MACHINE_OFF' });

  await machine.start();
  t.ok(isRunning(processOf(work)), 'the state file names the new process');
  t.equal(greetings(), 2, 'it was ready by its new prompt, not by the old one');
  const { console } = machine;

  await machine.powerOff({ timeoutMs: 10_000, request: async () => await console.send('P') });
  t.equal(machine.power, 'off');
  await machine.start();
  t.equal(machine.power, 'on');
  t.equal(greetings(), 3);
  await t.rejects(machine.powerOff({ timeoutMs: 1, request: async () => undefined }), {
    code: 'POWER_OFF_TIMEOUT',
  });

  const boots = work.events.flatMap((event) => (event.kind === 'power-on' ? [event.boot] : []));
  t.same(boots, [1, 2, 3]);
  t.notOk(
    work.events.some((event) => event.kind === 'exited'),
    'ends on purpose are not reported',
  );
  await machine.cutPower();
  const late = t.rejects(machine.start(), { code: 'CLUSTER_ENDED' });
  t.strictSame(await cluster.tearDown({ timeoutMs: 5_000 }), []);
  await late;
  t.strictSame(listStates(work.platformOptions.stateDirectory), [], 'no state is left');
  const kept = join(work.directory, 'artifacts', 'main-0', 'console.log');
  // The fourth start may have come as far as the guest before the cluster's end reached it.
  const greeted = (await readFile(kept, 'latin1')).match(/hello/g)?.length ?? 0;
  t.ok(greeted === 3 || greeted === 4, 'every boot is kept');
});

t.test('ends that nobody asked for', async (t) => {
  const work = await bench(t);
  await using platform = await createQemuPlatform(work.platformOptions);
  const exited = async () => {
    const event = await until(work, ({ kind }) => kind === 'exited');
    return event.kind === 'exited' ? event.failure : undefined;
  };

  await t.test('the guest powers itself off', async (t) => {
    const cluster = await platform.provision(work.request({}), AbortSignal.timeout(30_000));
    await cluster.machines[0]?.console.send('P');
    t.match(await exited(), { code: 'GUEST_SHUTDOWN', kind: 'product', machine: 'main-0' });
    t.strictSame(await cluster.tearDown({ timeoutMs: 5_000 }), []);
  });

  await t.test('QEMU is killed', async (t) => {
    work.events.length = 0;
    const cluster = await platform.provision(work.request({}), AbortSignal.timeout(30_000));
    const waiting = cluster.machines[0]?.console.waitFor(/never/, { timeoutMs: 60_000 });
    const told = t.rejects(Promise.resolve(waiting), { code: 'QEMU_EXITED' });
    process.kill(processOf(work).pid, 'SIGKILL');
    t.match(await exited(), { code: 'QEMU_EXITED', kind: 'infrastructure', phase: 'qemu' });
    await told;
    t.strictSame(await cluster.tearDown({ timeoutMs: 5_000 }), []);
  });

  await t.test('QEMU refuses its command line', async (t) => {
    const wanted = work.request({ forwards: [70_000] });
    const failed = platform.provision(wanted, AbortSignal.timeout(30_000));
    await t.rejects(failed, { code: 'QEMU_EXITED', evidence: /hostfwd|forwarding rule/i });
    t.strictSame(listStates(work.platformOptions.stateDirectory), []);
  });

  await t.test('the image is not there', async (t) => {
    const request = work.request({});
    const image = { ...request.image, directory: '/nonexistent' };
    const failed = platform.provision({ ...request, image }, AbortSignal.timeout(30_000));
    await t.rejects(failed, { code: 'OVERLAY_FAILED', evidence: /No such file/ });
  });
});

t.test('boots that do not end well', async (t) => {
  const work = await bench(t);
  await using platform = await createQemuPlatform(work.platformOptions);

  await t.test('a deadline names phase and last line', async (t) => {
    const ready = { kind: 'console', pattern: /never printed/ } as const;
    const limits = { bootMs: 1_500, runMs: 1_000, teardownMs: 5_000 };
    const failed = platform.provision(
      work.request({ ready }, { limits }),
      AbortSignal.timeout(30_000),
    );
    await t.rejects(failed, {
      code: 'BOOT_TIMEOUT',
      kind: 'product',
      phase: 'kernel',
      evidence: /login:/,
    });
    t.ok(existsSync(join(work.directory, 'artifacts', 'main-0', 'screen.png')), 'the screen');
    t.strictSame(listStates(work.platformOptions.stateDirectory), []);
    t.strictSame(readdirSync(work.platformOptions.runDirectory), []);
  });

  await t.test('an interrupt wins at once', async (t) => {
    const ready = { kind: 'console', pattern: /never printed/ } as const;
    const controller = new AbortController();
    const failed = platform.provision(work.request({ ready }), controller.signal);
    setTimeout(() => controller.abort(new Error('interrupted')), 700);
    const startedMs = performance.now();
    await t.rejects(failed, { message: 'interrupted' });
    t.ok(performance.now() - startedMs < 3_000);
    t.strictSame(listStates(work.platformOptions.stateDirectory), []);
  });
});

t.test('two machines at once; one that fails ends the other', async (t) => {
  const work = await bench(t);
  await using platform = await createQemuPlatform(work.platformOptions);
  const single = work.request({}).topology.roles['main'];
  if (!single) throw new Error('no role');
  const topology = { roles: { server: { ...single, count: 2 } } };
  const cluster = await platform.provision(
    work.request({}, { topology }),
    AbortSignal.timeout(30_000),
  );
  t.strictSame(
    cluster.machines.map(({ name }) => name),
    ['server-0', 'server-1'],
  );
  t.strictSame(await cluster.tearDown({ timeoutMs: 5_000 }), []);

  const bad = { ...single, forwards: [70_000] };
  const slow = { ...single, ready: { kind: 'console', pattern: /never/ } as const };
  const broken = work.request({}, { topology: { roles: { bad, slow } } });
  const startedMs = performance.now();
  await t.rejects(platform.provision(broken, AbortSignal.timeout(30_000)), { code: 'QEMU_EXITED' });
  t.ok(performance.now() - startedMs < 15_000, 'nobody waited for the other machine');
  t.strictSame(listStates(work.platformOptions.stateDirectory), []);
});

t.test('UEFI firmware starts with variables of its own', async (t) => {
  const work = await bench(t);
  await using platform = await createQemuPlatform(work.platformOptions);
  if (!platform.capabilities.includes('uefi')) return t.pass('no firmware on this host');
  const ready = { kind: 'console', pattern: /BdsDxe|UEFI/ } as const;
  const request = work.request({ firmware: 'uefi', memoryMiB: 256, ready });
  const cluster = await platform.provision(request, AbortSignal.timeout(60_000));
  t.strictSame(await cluster.tearDown({ timeoutMs: 5_000 }), []);
});

t.test('what can not be forked boots cold and says why', async (t) => {
  const work = await bench(t);
  const templates = { limitBytes: 2 ** 30 };
  await using platform = await createQemuPlatform({ ...work.platformOptions, templates });
  const reasons = {
    fork: /a machine without a key/,
    'first-boot': /its console does not show when it turns to Ignition/,
  } as const;
  for (const [start, reason] of Object.entries(reasons)) {
    const request = work.request({}, { id: start, start: start as keyof typeof reasons });
    const cluster = await platform.provision(request, AbortSignal.timeout(30_000));
    t.match(cluster.boots, [{ start: 'cold', fallback: reason }]);
    t.strictSame(await cluster.tearDown({ timeoutMs: 5_000 }), []);
  }
  const asked = await platform.provision(work.request({}), AbortSignal.timeout(30_000));
  t.notHas(asked.boots[0], 'fallback', 'a cold start is no fallback');
  await asked.tearDown({ timeoutMs: 5_000 });
});
