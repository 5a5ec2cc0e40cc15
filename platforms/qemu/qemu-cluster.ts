/**
 * Machines that were made together and end together. A cluster that fails to come up is removed
 * again before its error is thrown.
 */

import { resolve } from 'node:path';
import type { LimitFunction } from 'p-limit';
import { Cleanup } from '../../harness/base/cleanup.js';
import { scaleLimit, teardownLimit, withResolvers } from '../../harness/base/deadline.js';
import { defined, HarnessError, toFailure } from '../../harness/base/errors.js';
import { tempPrefix } from '../../harness/base/owned-name.js';
import { makeTempDirectory, removeTree } from '../../harness/base/run-dir.js';
import type { HostFacts } from '../../harness/model/host.js';
import type { Failure } from '../../harness/model/outcome.js';
import type {
  BootReport,
  Cluster,
  ClusterRequest,
  ResourceUsage,
} from '../../harness/model/platform.js';
import type { HarnessKeys } from '../guest/keys.js';
import type { ThreadedNetwork } from '../network/threaded-network.js';
import type { BootedMachine } from './boot-machine.js';
import { bootTogether } from './boot-together.js';
import { openClusterNetwork } from './cluster-network.js';
import { ClusterState } from './cluster-state.js';
import type { UefiFirmware } from './firmware.js';
import { hostError } from './host-error.js';
import { keepDisks } from './keep-disks.js';
import { type MachinePlan, planMachines } from './machine-plan.js';
import { type ProcessUsage, sumUsage } from './process-usage.js';
import type { QemuMachine } from './qemu-machine.js';
import { drivesOf } from './template/template-spec.js';
import type { TemplateStore } from './template/template-store.js';
import type { SpawnedVm } from './vm-options.js';

/** For a disk that is kept: less than what a teardown may take for files, see `tear-down.ts`. */
const keepDiskMs = 10_000;

/** What the platform brings to every cluster. */
export interface ClusterContext {
  readonly host: HostFacts;
  readonly keys: HarnessKeys;
  readonly stateDirectory: string;
  readonly runDirectory: string;
  readonly uefi: UefiFirmware | undefined;
  /** Undefined when every machine is to boot cold. */
  readonly templates: TemplateStore | undefined;
  /** Shared by all clusters, see `start-machine.ts`. */
  readonly buildTurn: LimitFunction;
}

/** The VMs, files and state of one cluster, from before the first of them exists. */
export class QemuCluster implements Cluster {
  /** Resolves after the teardown, whatever it could not remove. */
  readonly ended: Promise<void>;
  readonly #ended = withResolvers<void>();
  readonly #request: ClusterRequest;
  readonly #slowness: number;
  readonly #spawned: SpawnedVm[] = [];
  readonly #cleanup = new Cleanup();
  #state: ClusterState | undefined;
  #booted: readonly BootedMachine[] = [];
  #network: ThreadedNetwork | undefined;
  #tornDown: Promise<readonly Failure[]> | undefined;
  #failed = false;

  private constructor(request: ClusterRequest, slowness: number) {
    this.#request = request;
    this.#slowness = slowness;
    this.ended = this.#ended.promise;
  }

  get machines(): readonly QemuMachine[] {
    return this.#booted.map(({ machine }) => machine);
  }

  get network(): ThreadedNetwork | undefined {
    return this.#network;
  }

  get boots(): readonly BootReport[] {
    return this.#booted.map(({ boot }) => boot);
  }

  /** Boots all machines in parallel. Throws what the first of them threw that failed. */
  static async boot(
    request: ClusterRequest,
    context: ClusterContext,
    signal: AbortSignal,
  ): Promise<QemuCluster> {
    signal.throwIfAborted();
    const cluster = new QemuCluster(request, context.host.slowness);
    try {
      const plans = await cluster.#claim(context, signal);
      await cluster.#bootAll(plans, context, signal);
      return cluster;
    } catch (error) {
      const { slowness } = context.host;
      const timeoutMs = teardownLimit(request.limits.teardownMs, slowness, signal);
      const left = await cluster.tearDown({ timeoutMs, failed: true });
      throw withLeftovers(hostError(error), left);
    }
  }

  usage(): ResourceUsage | undefined {
    const usages = this.#spawned.flatMap(({ machine, usage }): ProcessUsage[] => {
      const seen = usage();
      return seen ? [{ machine, ...seen }] : [];
    });
    return sumUsage(usages);
  }

  tearDown({
    timeoutMs,
    failed = false,
  }: {
    readonly timeoutMs: number;
    readonly failed?: boolean;
  }): Promise<readonly Failure[]> {
    this.#failed ||= failed;
    this.#tornDown ??= this.#tearDown(scaleLimit(timeoutMs, this.#slowness)).finally(
      this.#ended.resolve,
    );
    return this.#tornDown;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const [first] = await this.tearDown({ timeoutMs: this.#request.limits.teardownMs });
    if (first) throw new HarnessError(first.kind, first.code, first.message, { phase: 'teardown' });
  }

  /** Directory and state, whose file is on disk before the first process. */
  async #claim(context: ClusterContext, signal: AbortSignal): Promise<MachinePlan[]> {
    const directory = await makeTempDirectory();
    this.#cleanup.add('remove temporary directory', () => removeTree(directory));
    const diskDirectory = resolve(context.runDirectory, `${tempPrefix}-${this.#request.id}`);
    this.#cleanup.add('remove disks', () => removeTree(diskDirectory));
    const { name: accelerator } = context.host.accelerator;
    const places = { directory, diskDirectory, uefi: context.uefi };
    const plans = planMachines(this.#request, { accelerator, ...places });
    this.#cleanup.add('remove what forks lie over', () => this.#removeOccupied());
    if (this.#request.keepDisks) this.#keepDisks(plans);
    this.#state = new ClusterState(context.stateDirectory, {
      cluster: this.#request.id,
      directories: [directory, diskDirectory],
      machines: plans.map(({ name }) => name),
    });
    await this.#openNetwork(directory, signal);
    return plans;
  }

  /** Of the directories that were taken on the way, those of templates in the making are gone. */
  async #removeOccupied(): Promise<void> {
    for (const directory of this.#state?.directories ?? []) await removeTree(directory);
  }

  async #openNetwork(directory: string, signal: AbortSignal): Promise<void> {
    const machines = () => this.machines;
    const options = { directory, slowness: this.#slowness, signal, machines };
    const network = await openClusterNetwork(this.#request, options);
    if (network === undefined) return;
    this.#network = network;
    this.#cleanup.add('close network', () => network.close());
  }

  /** Before the disks are removed, which is the last thing to be cleaned up. */
  #keepDisks(plans: readonly MachinePlan[]): void {
    const limitMs = scaleLimit(keepDiskMs, this.#slowness);
    for (const { spec, artifactDirectory } of plans) {
      const kept = { drives: drivesOf(spec), artifactDirectory, limitMs };
      this.#cleanup.add('keep disks', async () => {
        if (this.#failed) await keepDisks(kept);
      });
    }
  }

  async #bootAll(
    plans: readonly MachinePlan[],
    context: ClusterContext,
    signal: AbortSignal,
  ): Promise<void> {
    const shared = {
      request: this.#request,
      keys: context.keys,
      start: this.#request.start,
      qemuVersion: context.host.qemu,
      hostCpu: context.host.cpuModel,
      templates: context.templates,
      buildTurn: context.buildTurn,
      slowness: this.#slowness,
      state: this.#state as ClusterState,
      signal,
      onSpawn: (spawned: SpawnedVm) => void this.#spawned.push(spawned),
    };
    this.#booted = await bootTogether(plans, shared, context.host.cpus);
  }

  /** Processes first; while one of them may live, its files and its state stay for the reaper. */
  async #tearDown(limitMs: number): Promise<readonly Failure[]> {
    if (this.#failed) await Promise.all(this.#spawned.map(({ takePicture }) => takePicture()));
    // A process that a suite is about to start would be missed below.
    await Promise.all(this.machines.map((machine) => machine.close()));
    const stops = await Promise.allSettled(this.#spawned.map(({ stop }) => stop(limitMs)));
    const leaked = stops.flatMap((stop) => {
      return stop.status === 'rejected' ? [toFailure(stop.reason, 'teardown')] : [];
    });
    if (leaked.length > 0) return leaked;
    const failures = await this.#cleanup.run();
    if (failures.length === 0) this.#state?.remove();
    return failures;
  }
}

/** The body's error is the outcome; what could not be removed is told beside it. */
function withLeftovers(thrown: unknown, leftovers: readonly Failure[]): unknown {
  if (leftovers.length === 0) return thrown;
  const { code, kind, phase, machine, evidence, message } = toFailure(thrown, 'host');
  const told = `${message}; and then: ${leftovers.map((left) => left.message).join('; ')}`;
  const details = defined({ cause: thrown, phase, machine, evidence, leftovers });
  return new HarnessError(kind, code, told, details);
}
