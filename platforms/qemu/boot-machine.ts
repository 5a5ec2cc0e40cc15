/**
 * Brings up one machine of a cluster from its plan: files, process, readiness.
 */

import { type HarnessError, toFailure } from '../../harness/base/errors.js';
import type { BootReport, ClusterRequest } from '../../harness/model/platform.js';
import type { HarnessKeys } from '../guest/keys.js';
import { BootObserver } from './boot-observer.js';
import type { ClusterState } from './cluster-state.js';
import { GuestAccess } from './guest-access.js';
import { writeMachineFiles } from './machine-files.js';
import type { MachinePlan } from './machine-plan.js';
import { QemuMachine } from './qemu-machine.js';
import { awaitReady } from './readiness.js';
import { type SpawnedVm, Vm } from './vm.js';

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

/** Throws BOOT_TIMEOUT, GUEST_SHUTDOWN (product), QEMU_EXITED, OVERLAY_FAILED … (infrastructure). */
export async function bootMachine(plan: MachinePlan, context: BootContext): Promise<BootedMachine> {
  const { request, keys, slowness, signal, bootSignal } = context;
  await writeMachineFiles(plan, keys, bootSignal);
  const machine = plan.name;
  const observer = new BootObserver({ machine, onEvent: request.onEvent });
  const vm = await launchVm(plan, observer, context);
  const hasKey = plan.request.provisioning.kind === 'ignition';
  const access = hasKey ? new GuestAccess({ machine, vm, keys, slowness, signal }) : undefined;
  await awaitReady({
    machine,
    ready: plan.request.ready,
    console: vm.console,
    observer,
    answer: async (until, onRefused) => await access?.answer(until, onRefused),
    limitMs: request.limits.bootMs * slowness,
    signal: AbortSignal.any([bootSignal, vm.signal]),
  });
  const { image, limits } = request;
  const parts = { plan, image, vm, access, bootMs: limits.bootMs, slowness, signal };
  return { machine: new QemuMachine(parts), boot: reportBoot(plan, observer) };
}

async function launchVm(
  plan: MachinePlan,
  observer: BootObserver,
  context: BootContext,
): Promise<Vm> {
  const { name: machine, spec, artifactDirectory } = plan;
  const { onEvent } = context.request;
  const options = {
    machine,
    spec,
    artifactDirectory,
    observer,
    slowness: context.slowness,
    signal: context.signal,
    onSpawn: (spawned: SpawnedVm) => {
      context.onSpawn(spawned);
      context.state.started(machine, spawned.process);
    },
    onEnded: (cause: HarnessError) => {
      onEvent({ kind: 'exited', machine, failure: toFailure(cause, 'qemu') });
    },
  };
  return await Vm.launch(options, context.bootSignal);
}

function reportBoot(plan: MachinePlan, observer: BootObserver): BootReport {
  return {
    machine: plan.name,
    start: 'cold',
    accelerator: plan.spec.accelerator,
    readyMs: observer.elapsedMs(),
    phasesMs: observer.phasesMs,
  };
}
