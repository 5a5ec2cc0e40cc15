/**
 * What becomes of a template when a fork of it fails before there is a process.
 */

import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import t from 'tap';
import { ProductError, toError } from '../../../../harness/base/errors.js';
import { removeTree } from '../../../../harness/base/run-dir.js';
import type { MachineEvent } from '../../../../harness/model/platform.js';
import { ClusterState } from '../../../../platforms/qemu/cluster-state.js';
import { type MachinePlan, planMachines } from '../../../../platforms/qemu/machine-plan.js';
import { clockPeriod } from '../../../../platforms/qemu/template/clock-period.js';
import { Forking, type StartContext } from '../../../../platforms/qemu/template/forking.js';
import { startMachine } from '../../../../platforms/qemu/template/start-machine.js';
import { templateKey } from '../../../../platforms/qemu/template/template-key.js';
import { TemplateStore } from '../../../../platforms/qemu/template/template-store.js';
import { makeWorkbench } from '../payload.js';

const host = { qemuVersion: '10.0.2', hostCpu: 'any' };

/** A machine, and the template of it, whose disk is no disk: no overlay can be made over it. */
async function makeStage(t: Pick<Tap, 'teardown'>, change: Partial<StartContext> = {}) {
  const work = await makeWorkbench();
  t.teardown(async () => await removeTree(work.directory));
  const request = work.request({});
  const place = (name: string) => join(work.directory, name);
  const places = { directory: place('s'), diskDirectory: place('disks'), uefi: undefined };
  const [plan] = planMachines(request, { accelerator: 'tcg', ...places }) as [MachinePlan];
  const store = new TemplateStore({ directory: place('templates'), limitBytes: 2 ** 30 });
  const intent = { cluster: request.id, directories: [], machines: [plan.name] };
  const context: StartContext = {
    ...{ request, keys: work.platformOptions.keys, slowness: 1, start: 'first-boot', ...host },
    state: new ClusterState(place('state'), intent),
    onSpawn: () => undefined,
    signal: new AbortController().signal,
    bootSignal: new AbortController().signal,
    templates: store,
    buildTurn: pLimit(1),
    ...change,
  };
  const image = request.image.descriptor;
  const config = { config: '', configBytes: 0, period: clockPeriod('held', plan.spec) };
  const key = templateKey({ kind: 'held', image, spec: plan.spec, ...config, ...host });
  const draft = await store.draft();
  for (const name of ['memory', 'state', 'system.qcow2']) await writeFile(join(draft, name), 'x');
  const template = await store.publish(draft, { key, kind: 'held', qemu: '10.0.2', bootMs: 1 }, []);
  return { plan, context, store, key, template, events: work.events, image: place('payload.raw') };
}
type Tap = typeof t;

/** What was told of the fork. */
function statesOf(events: readonly MachineEvent[]): readonly string[] {
  return events.flatMap((event) => (event.kind === 'fork' ? [event.is] : []));
}

t.test('one whose fork panics goes, and the attempt ends', async (t) => {
  for (const [machine, goes] of Object.entries({ 'main-0': true, 'main-1': false })) {
    const boot = new AbortController();
    const { plan, context, store, template, events } = await makeStage(t, {
      bootSignal: boot.signal,
    });
    const panic = new ProductError('KERNEL_PANIC', 'panic', { machine, phase: 'kernel' });
    // As the watch does that reads its console.
    const onEvent = (event: MachineEvent) => {
      events.push(event);
      boot.abort(panic);
    };
    const request = { ...context.request, onEvent };
    const fork = new Forking(plan, { ...context, request }, store);
    t.equal(await fork.attempt().catch(toError), panic);
    t.equal(existsSync(template.directory), !goes, `a panic of ${machine}`);
    t.same(statesOf(events), ['unproven'], 'nobody else will prove it');
  }
});

t.test('one whose disks are no disks goes', async (t) => {
  const { plan, context, store, template, events } = await makeStage(t);
  const error = { code: 'OVERLAY_FAILED', kind: 'infrastructure' };
  await t.rejects(new Forking(plan, context, store).attempt(), error);
  t.notOk(existsSync(template.directory), 'the next try makes it anew');
  t.same(statesOf(events), ['unproven', 'given-up']);
});

t.test('one that could not be tried stays', async (t) => {
  const { plan, context, store, template, image } = await makeStage(t);
  const artifactDirectory = join(image, 'no-directory');
  const failing = new Forking({ ...plan, artifactDirectory }, context, store).attempt();
  await t.rejects(failing, { code: 'HOST_IO', kind: 'infrastructure' });
  t.ok(existsSync(template.directory));
});

t.test('who makes one and never ends is waited for once', async (t) => {
  const { plan, context, store, key, template } = await makeStage(t, { slowness: 0.001 });
  await removeTree(template.directory);
  await using _theirs = await store.lock(key, context.signal);
  let waits = 0;
  const lock = t.capture(store, 'lock', async (...args: Parameters<TemplateStore['lock']>) => {
    waits += 1;
    return await TemplateStore.prototype.lock.apply(store, args);
  });
  const busy = { code: 'TEMPLATE_BUSY', kind: 'infrastructure', message: /within 40 ms/ };
  await t.rejects(new Forking(plan, context, store).attempt(), busy);
  // The cold boot that follows has no image to lie over.
  const { image } = context.request;
  await removeTree(join(image.directory, image.descriptor.disk.file));
  await t.rejects(startMachine(plan, context), { code: 'OVERLAY_FAILED' });
  t.equal(waits, 2, 'one each');
  lock.restore();
});
