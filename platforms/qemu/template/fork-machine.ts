/**
 * Machines that go on from a template, and the proof that they are what they should be.
 */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { scaleLimit } from '../../../harness/base/deadline.js';
import { InfrastructureError } from '../../../harness/base/errors.js';
import type { Guest } from '../../../harness/model/machine.js';
import type { BootReport } from '../../../harness/model/platform.js';
import type { HarnessKeys } from '../../guest/keys.js';
import { copyLog } from '../arrival-times.js';
import {
  awaitGuest,
  type BootContext,
  type BootedMachine,
  launchVm,
  makeMachine,
  observe,
  reportBoot,
} from '../boot-machine.js';
import type { BootObserver } from '../boot-observer.js';
import { configText, writeMachineFiles } from '../machine-files.js';
import type { MachinePlan } from '../machine-plan.js';
import type { Vm } from '../vm.js';
import { answerHolds, releaseHold } from './hold.js';
import { resumeJournal } from './journal-history.js';
import {
  type HeldForkOrder,
  judge,
  proveHeldFork,
  proveSettledFork,
  proveUntouched,
  setClock,
} from './prove-fork.js';
import { reachStandby } from './standby.js';
import { StreamProof } from './stream-proof.js';
import { type Template, templateFiles } from './template.js';
import { specFrom } from './template-spec.js';
import { askWitness } from './witness.js';

/** A fork to be made. */
export interface ForkOrder {
  readonly template: Template;
  readonly plan: MachinePlan;
  readonly context: BootContext;
  /** The template was made for this very machine, whose listeners saw its boot happen. */
  readonly witnessed: boolean;
}

/** A machine that goes on from a template, and whether it has shown that it is what it should be. */
export interface ForkedMachine extends BootedMachine {
  readonly proven: boolean;
}

/** For a journal that lags behind the console by which the machine counts as booted. */
const streamMs = 2_000;

/** A copy of a machine at rest, in a second. Throws FORK_NOT_PRISTINE and what a launch throws. */
export async function forkSettled(order: ForkOrder): Promise<ForkedMachine> {
  const { template, plan, context } = order;
  const { keys } = template.meta;
  if (!keys) throw new InfrastructureError('BAD_TEMPLATE', 'a settled template without keys');
  const { vm, observer } = await launchFork(order, keys);
  vm.network.open();
  answerHolds(vm);
  const standby = reachStandby(vm, template);
  const parts = { plan, context, vm, observer, keys, standby };
  const [access] = await Promise.all([awaitGuest(parts), hearWitness(order, vm)]);
  if (access && !template.meta.witness) await proveSettledFork(access.guest, template, plan.name);
  await proveUntouched(template, plan.name);
  const boot = reportFork(order, observer, 'fork');
  return { machine: makeMachine(parts, access), boot, proven: true };
}

/** Beside what else a fork needs to come up. Throws FORK_NOT_PRISTINE (infrastructure). */
async function hearWitness({ template, plan, context }: ForkOrder, vm: Vm): Promise<void> {
  if (!template.meta.witness) return;
  const limitMs = scaleLimit(context.request.limits.bootMs, context.slowness);
  const signal = AbortSignal.any([context.bootSignal, vm.signal]);
  judge(await askWitness(vm.witness, plan.name, { limitMs, signal }), template, plan.name);
}

/** A first boot that goes on where Ignition begins, with the machine's own config. */
export async function forkHeld(order: ForkOrder): Promise<ForkedMachine> {
  const { template, plan, context } = order;
  const { keys } = context;
  const launched = await launchFork(order, keys);
  const { vm, observer } = launched;
  const holds = plan.spec.holdSocket !== undefined;
  if (holds) await releaseHold(vm);
  const parts = { plan, context, vm, observer, keys };
  const access = await awaitGuest(parts);
  // A machine that is to be watched at its console may never have a shell.
  const shell = plan.request.ready.kind === 'ssh' ? access : undefined;
  const proven = shell
    ? await proveByShell(launched, shell.guest)
    : await proveByStream(launched, context);
  await proveUntouched(template, plan.name);
  if (shell && !holds) await setClock(shell.guest);
  const boot = reportFork(order, observer, 'first-boot');
  return { machine: makeMachine(parts, access), boot, proven };
}

async function proveByShell({ observer, evidence }: LaunchedFork, guest: Guest): Promise<true> {
  // Kernel arguments cost a restart, after which the memory is the machine's own.
  const bootId = observer.boot === 1 ? evidence.bootId : undefined;
  await proveHeldFork(guest, { ...evidence, bootId });
  return true;
}

async function proveByStream(
  { vm, proof }: LaunchedFork,
  { slowness, bootSignal }: BootContext,
): Promise<boolean> {
  const signal = AbortSignal.any([bootSignal, vm.signal]);
  const proven = await proof.judge(scaleLimit(streamMs, slowness), signal);
  bootSignal.throwIfAborted();
  return proven;
}

function reportFork(
  { plan, template }: ForkOrder,
  observer: BootObserver,
  start: BootReport['start'],
): BootReport {
  return { ...reportBoot(plan, observer, start), template: template.meta.key };
}

interface LaunchedFork {
  readonly vm: Vm;
  readonly observer: BootObserver;
  /** What one from before Ignition must show. */
  readonly evidence: HeldForkOrder;
  /** What its journal shows of it. */
  readonly proof: StreamProof;
}

async function launchFork(
  { template, plan, context, witnessed }: ForkOrder,
  keys: HarnessKeys,
): Promise<LaunchedFork> {
  const { directory, history } = template;
  const fork = { ...plan, spec: specFrom(plan.spec, directory) };
  let proof: StreamProof | undefined;
  const observer = observe(fork, context, (entry, boot) => proof?.take(entry, boot));
  await writeMachineFiles(fork, keys, context.bootSignal);
  // The console log of a fork begins with that of its template.
  await copyLog('console.log', directory, plan.artifactDirectory);
  observer.resume(history, { tell: !witnessed });
  const bootId = await resumeJournal(template, plan, { observer, tell: !witnessed });
  const evidence = { machine: plan.name, bootId, configDigest: digestOfConfig(plan, keys) };
  proof = new StreamProof(evidence);
  const stateFile = join(directory, templateFiles.state);
  const { vm } = await launchVm(fork, context, { observer, stateFile, history });
  return { vm, observer, evidence, proof };
}

/** As Ignition logs it; undefined when it was given none. */
function digestOfConfig(plan: MachinePlan, keys: HarnessKeys): string | undefined {
  const text = configText(plan, keys);
  return text === undefined ? undefined : createHash('sha512').update(text).digest('hex');
}
