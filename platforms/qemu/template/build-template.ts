/**
 * Makes templates: boots a machine into a directory of its own, waits for the moment, freezes it.
 * The boot is watched like any other, so an image that fails it fails the case that asked.
 */

import { randomBytes } from 'node:crypto';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  abortable,
  type Deadline,
  scaleLimit,
  withDeadline,
} from '../../../harness/base/deadline.js';
import { InfrastructureError } from '../../../harness/base/errors.js';
import { removeTree } from '../../../harness/base/run-dir.js';
import { copyLog } from '../arrival-times.js';
import {
  awaitGuest,
  type BootContext,
  type LaunchedVm,
  launchVm,
  observe,
} from '../boot-machine.js';
import type { BootObserver } from '../boot-observer.js';
import { writeMachineFiles } from '../machine-files.js';
import type { MachinePlan } from '../machine-plan.js';
import { freezeTo } from '../migration.js';
import { awaitFreezePoint } from './freeze-point.js';
import { awaitHold, releaseHold } from './hold.js';
import { keepJournal, resumeJournal } from './journal-history.js';
import { copySparse, type MemoryPlace, placeMemory } from './memory-place.js';
import { awaitQuiet } from './quiet.js';
import { leaveNonce, settle } from './settle.js';
import { keepStandby } from './standby.js';
import { frozenDrive, type Template, templateFiles } from './template.js';
import { drivesOf, specInto } from './template-spec.js';
import type { TemplateFacts, TemplateStore } from './template-store.js';
import { keepWitness } from './witness.js';

/** What is made: the machine, under which key, from which held template if there is one. */
export interface TemplateOrder {
  readonly key: string;
  readonly plan: MachinePlan;
  readonly context: BootContext;
  readonly store: TemplateStore;
  readonly qemuVersion: string;
  /** Where a settled template's boot goes on from, and whether this case saw how that was made. */
  readonly base?: { readonly template: Template; readonly witnessed: boolean };
}

/** A machine that runs in a draft, not yet frozen. */
interface Draft extends LaunchedVm {
  readonly directory: string;
  readonly observer: BootObserver;
}

const freezeTimeoutMs = 60_000;
const restTimeoutMs = 20_000;

/** Some hundred MiB are copied, and brought to the disk, once each. */
const storeTimeoutMs = 180_000;

/** Freezes a machine once it is about to run Ignition. Throws HOLD_TIMEOUT (product). */
export async function buildHeld(order: TemplateOrder): Promise<Template> {
  return await inDraft(order, async (draft) => {
    const { context, plan } = order;
    const limitMs = scaleLimit(context.request.limits.bootMs, context.slowness);
    const signal = AbortSignal.any([context.bootSignal, draft.vm.signal]);
    const wait = plan.spec.holdSocket === undefined ? awaitFreezePoint : awaitHold;
    await wait(draft.vm, { machine: plan.name, limitMs, signal });
    return () => ({ kind: 'held' });
  });
}

/** Freezes a machine once it has booted and is at rest. Throws what a boot throws, NOT_SETTLED. */
export async function buildSettled(order: TemplateOrder): Promise<Template> {
  return await inDraft(order, async ({ vm, spawned, observer }) => {
    const { context, plan } = order;
    const { keys } = context;
    const access = await awaitGuest({ plan, context, vm, observer, keys });
    if (!access) throw new Error('a machine without a key can not be settled');
    const nonce = randomBytes(16).toString('hex');
    const uuid = await settle(access.guest, 120_000);
    // An open connection would be reset in every fork, which then has its session to clear away.
    const limitMs = scaleLimit(restTimeoutMs, context.slowness);
    const within = { limitMs, signal: context.bootSignal };
    const witness = await keepWitness(access.guest, vm, nonce, within);
    if (!witness) await leaveNonce(access.guest, nonce);
    const { slowness } = context;
    const standby = await keepStandby(access.guest, vm, { ...within, keys, slowness });
    access.guest.disconnect();
    await awaitQuiet(spawned.process, within);
    return () => {
      return { kind: 'settled', keys, nonce, uuid, witness, standby: standby?.carry() };
    };
  });
}

/** What is kept of it, told when it stands still. */
type Keep = () => Pick<TemplateFacts, 'kind' | 'keys' | 'nonce' | 'uuid' | 'standby' | 'witness'>;

/** What is left of a draft that fails is removed at once, or by the reaper. */
async function inDraft(
  order: TemplateOrder,
  prepare: (draft: Draft) => Promise<Keep>,
): Promise<Template> {
  const { store, context, key, qemuVersion } = order;
  const directory = await store.draft();
  context.state.occupies(directory);
  try {
    await using memory = await placeMemory(directory, order.plan.spec.memoryMiB);
    context.state.occupies(memory.directory);
    const draft = await launchDraft(order, directory, memory.path);
    const keep = await prepare(draft);
    const bootMs = draft.observer.elapsedMs();
    await freeze(draft, context);
    const facts = { key, qemu: qemuVersion, bootMs, ...keep() };
    using deadline = storeDeadline(context);
    const stored = storeDraft(order, { draft, memory, facts }, deadline.signal);
    return await abortable(stored, deadline.signal);
  } catch (error) {
    await removeTree(directory);
    throw error;
  }
}

/** The machine has ended, so what it had in memory does not change any more. */
async function storeDraft(
  { plan, store }: TemplateOrder,
  ended: { readonly draft: Draft; readonly memory: MemoryPlace; readonly facts: TemplateFacts },
  signal: AbortSignal,
): Promise<Template> {
  const { directory, vm } = ended.draft;
  await ended.memory.keep(signal);
  await copyLog('console.log', plan.artifactDirectory, directory);
  await keepJournal(plan, directory);
  signal.throwIfAborted();
  return await store.publish(directory, ended.facts, vm.console.lines());
}

/** Not every system call behind it can be ended: a disk that stalls must not hold a case. */
function storeDeadline({ bootSignal, slowness }: BootContext): Deadline {
  const limitMs = scaleLimit(storeTimeoutMs, slowness);
  return withDeadline(bootSignal, limitMs, () => {
    const message = `a template's files were not copied within ${limitMs} ms; is the disk slow?`;
    return new InfrastructureError('STORE_TIMEOUT', message, { phase: 'host' });
  });
}

async function launchDraft(
  order: TemplateOrder,
  directory: string,
  memory: string,
): Promise<Draft> {
  const { context, base } = order;
  const plan = { ...order.plan, spec: specInto(order.plan.spec, { directory, memory }) };
  if (!base) {
    await writeMachineFiles(plan, context.keys, context.bootSignal);
    const observer = observe(plan, context);
    return { directory, observer, ...(await launchVm(plan, context, { observer })) };
  }
  const { template, witnessed } = base;
  await writeMachineFiles(plan, context.keys, context.bootSignal, { disks: 'present' });
  using deadline = storeDeadline(context);
  await abortable(copyBase(template, plan, deadline.signal), deadline.signal);
  const observer = observe(plan, context);
  const stateFile = join(template.directory, templateFiles.state);
  const { history } = template;
  observer.resume(history, { tell: !witnessed });
  await resumeJournal(template, plan, { observer, tell: !witnessed });
  const spec = { ...plan.spec, incoming: true };
  const launched = await launchVm({ ...plan, spec }, context, { observer, stateFile, history });
  await releaseHold(launched.vm);
  return { directory, observer, ...launched };
}

/** A template stands on its own: what it goes on from may be evicted before it is. */
async function copyBase(base: Template, plan: MachinePlan, signal: AbortSignal): Promise<void> {
  const { spec, artifactDirectory } = plan;
  const from = join(base.directory, templateFiles.memory);
  if (spec.memory) await copySparse(from, spec.memory.path, signal);
  for (const drive of drivesOf(spec)) {
    await copyFile(frozenDrive(base.directory, drive.id), drive.path);
  }
  await copyLog('console.log', base.directory, artifactDirectory);
}

async function freeze({ vm, spawned, directory }: Draft, context: BootContext): Promise<void> {
  const limitMs = scaleLimit(freezeTimeoutMs, context.slowness);
  using deadline = withDeadline(context.bootSignal, limitMs, () => freezeTimeout(limitMs));
  await freezeTo(join(directory, templateFiles.state), vm.execute, deadline.signal);
  await spawned.stop(scaleLimit(context.request.limits.teardownMs, context.slowness));
}

function freezeTimeout(limitMs: number): InfrastructureError {
  const message = `a template could not be frozen within ${limitMs} ms; is the disk slow?`;
  return new InfrastructureError('FREEZE_TIMEOUT', message, { phase: 'qemu' });
}
