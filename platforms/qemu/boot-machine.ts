/**
 * Brings up one machine of a cluster from its plan: files, process, readiness.
 */

import { scaleLimit } from '../../harness/base/deadline.js';
import { type HarnessError, toFailure } from '../../harness/base/errors.js';
import type { ExecResult } from '../../harness/model/machine.js';
import type { BootReport, ClusterRequest } from '../../harness/model/platform.js';
import { hasKey } from '../../harness/model/topology.js';
import { reportCommand } from '../guest/command-report.js';
import type { HarnessKeys } from '../guest/keys.js';
import { ArrivalTimes } from './arrival-times.js';
import { awaitBanner } from './await-banner.js';
import { BootObserver, type ObserverOptions } from './boot-observer.js';
import type { ClusterState } from './cluster-state.js';
import { commandLog } from './command-log.js';
import { GuestAccess, type Standby } from './guest-access.js';
import { blamingHost } from './host-error.js';
import { writeMachineFiles } from './machine-files.js';
import type { MachinePlan } from './machine-plan.js';
import { type BootAgain, MachinePower, type PowerChange, type RunningVm } from './machine-power.js';
import type { MachineSpec } from './machine-spec.js';
import { QemuMachine } from './qemu-machine.js';
import { awaitReady, type StartPoint } from './readiness.js';
import { Vm } from './vm.js';
import type { SpawnedVm, VmOptions } from './vm-options.js';

/** What all machines of a cluster share. */
export interface BootContext {
  readonly request: ClusterRequest;
  readonly keys: HarnessKeys;
  readonly slowness: number;
  readonly state: ClusterState;
  /** Told of each process as soon as it exists, so that it is stopped whatever follows. */
  readonly onSpawn: (spawned: SpawnedVm) => void;
  /** The attempt's: ends what is done with the machine. */
  readonly signal: AbortSignal;
  /** Ends the boot: the attempt's, or another machine of the cluster has failed. */
  readonly bootSignal: AbortSignal;
}

/** A machine that is ready. */
export interface BootedMachine {
  readonly machine: QemuMachine;
  readonly boot: BootReport;
}

/** A process that is connected, and how to end it before its cluster ends. */
export interface LaunchedVm {
  readonly vm: Vm;
  readonly spawned: SpawnedVm;
}

/** A machine boots from its firmware. Throws what {@link launchVm} and {@link awaitGuest} throw. */
export async function bootMachine(plan: MachinePlan, context: BootContext): Promise<BootedMachine> {
  await writeMachineFiles(plan, context.keys, context.bootSignal);
  const observer = observe(plan, context);
  const { vm } = await launchVm(plan, context, { observer });
  const parts = { plan, context, vm, observer, keys: context.keys };
  const access = await awaitGuest(parts);
  return { machine: makeMachine(parts, access), boot: reportBoot(plan, observer) };
}

/** Make it right before the launch: times count from then. */
export function observe(
  plan: MachinePlan,
  { request }: BootContext,
  onEntry?: ObserverOptions['onEntry'],
): BootObserver {
  return new BootObserver({ machine: plan.name, onEvent: request.onEvent, onEntry });
}

/**
 * Starts the process. Throws QEMU_EXITED, QEMU_NOT_STARTED, QEMU_NOT_CONNECTED, STATE_NOT_MOVED,
 * THAW_TIMEOUT (infrastructure).
 */
export async function launchVm(
  plan: MachinePlan,
  context: BootContext,
  options: Pick<VmOptions, 'observer' | 'stateFile' | 'history'>,
): Promise<LaunchedVm> {
  const { name: machine, spec, artifactDirectory } = plan;
  const { onEvent } = context.request;
  let spawned: SpawnedVm | undefined;
  const times = {
    console: await ArrivalTimes.open(artifactDirectory, 'console.log'),
    journal: await ArrivalTimes.open(artifactDirectory, 'journal.jsonl'),
  };
  const vmOptions: VmOptions = {
    ...{ ...options, times },
    ...{ machine, spec, artifactDirectory, slowness: context.slowness, signal: context.signal },
    onSpawn: (started) => {
      spawned = started;
      context.onSpawn(started);
      context.state.started(machine, started.process);
    },
    onEnded: (cause: HarnessError) => {
      onEvent({ kind: 'exited', machine, failure: toFailure(cause, 'qemu') });
    },
  };
  const vm = await Vm.launch(vmOptions, context.bootSignal);
  return { vm, spawned: spawned as SpawnedVm };
}

/** The parts of a machine whose process runs. */
export interface RunningParts {
  readonly plan: MachinePlan;
  readonly context: BootContext;
  readonly vm: Vm;
  readonly observer: BootObserver;
  /** Those that the machine's config brings. */
  readonly keys: HarnessKeys;
  /** Where the process was started, for one that is not the machine's first. */
  readonly startedAt?: StartPoint;
  /** Instead of the limit of the cluster's request. */
  readonly bootMs?: number;
  /** A session that waits, for the first connection. */
  readonly standby?: Standby | undefined;
}

/**
 * Waits until the machine counts as booted; undefined for one that has no key. Throws BOOT_TIMEOUT,
 * GUEST_SHUTDOWN (product), QEMU_EXITED (infrastructure).
 */
export async function awaitGuest(parts: RunningParts): Promise<GuestAccess | undefined> {
  const { plan, context, vm, observer, keys } = parts;
  const { request, slowness, signal, bootSignal } = context;
  const machine = plan.name;
  const log = commandLog(plan.artifactDirectory);
  const onCommand = (result: ExecResult) => {
    log(result);
    request.onEvent({ kind: 'command', machine, ...reportCommand(result) });
  };
  const access = hasKey(plan.request.provisioning)
    ? new GuestAccess({ machine, vm, keys, slowness, signal, onCommand, standby: parts.standby })
    : undefined;
  await awaitReady({
    machine,
    ready: plan.request.ready,
    console: vm.console,
    observer,
    answer: async (until, onRefused) => {
      if (plan.request.ready.kind === 'ssh') await access?.answer(until, onRefused);
      else await awaitBanner({ machine, vm, slowness }, until);
    },
    limitMs: scaleLimit(parts.bootMs ?? request.limits.bootMs, slowness),
    ...(parts.startedAt && { startedAt: parts.startedAt }),
    signal: AbortSignal.any([bootSignal, vm.signal]),
  });
  return access;
}

/** A machine as suites see it. */
export function makeMachine(parts: RunningParts, access: GuestAccess | undefined): QemuMachine {
  const { plan, context, vm } = parts;
  const { image, limits, onEvent } = context.request;
  const { slowness, signal } = context;
  const machine = plan.name;
  const bootAgain: BootAgain = async (start) => await blamingHost(bootOn(parts, start));
  const running = { vm, access };
  const onPower = (change: PowerChange) => onEvent({ ...change, machine });
  const power = new MachinePower({ machine, running, bootAgain, onPower, slowness, signal });
  return new QemuMachine({ plan, image, power, bootMs: limits.bootMs, slowness, signal });
}

/** The machine with these disks pulled out; drives without a serial stay. */
export function withoutDisks<T extends Pick<MachineSpec, 'drives'>>(
  spec: T,
  names: readonly string[],
): T {
  const drives = spec.drives.filter(
    ({ serial }) => serial === undefined || !names.includes(serial),
  );
  return { ...spec, drives };
}

/** From the firmware, on the disks as they are, however the machine first came up. */
async function bootOn(
  { plan, context, observer, keys }: RunningParts,
  { timeoutMs, without, pulled, history, signal }: Parameters<BootAgain>[0],
): Promise<RunningVm> {
  const { incoming: _, memory: __, holdSocket: ___, callSockets: ____, ...spec } = plan.spec;
  const booting = { ...context, bootSignal: signal };
  const startedAt = { atMs: observer.elapsedMs(), line: history.length };
  const again = { ...plan, spec: withoutDisks(spec, without) };
  const { vm } = await launchVm(again, booting, { observer, history });
  // Long before the guest looks for a carrier.
  for (const name of pulled) await vm.execute('set_link', { name, up: false }, signal);
  const parts = { plan, context: booting, vm, observer, keys, startedAt, bootMs: timeoutMs };
  return { vm, access: await awaitGuest(parts) };
}

/** How the machine came up, by its observer's clock. */
export function reportBoot(
  plan: MachinePlan,
  observer: BootObserver,
  start: BootReport['start'] = 'cold',
): BootReport {
  return {
    machine: plan.name,
    start,
    accelerator: plan.spec.accelerator,
    readyMs: observer.elapsedMs(),
    phasesMs: observer.phasesMs,
    ...(plan.spec.config?.served && { configServed: true }),
  };
}
