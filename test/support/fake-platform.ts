/**
 * A platform without machines, for tests of planning and execution. What its clusters do is scripted;
 * it counts what it was asked for, so that a test can see budgets and teardowns.
 */

import { leftoversOf } from '../../harness/base/errors.js';
import { hasLeaked } from '../../harness/execute/tear-down.js';
import type { HostFacts } from '../../harness/model/host.js';
import type { Machine } from '../../harness/model/machine.js';
import type { Failure } from '../../harness/model/outcome.js';
import type {
  Cluster,
  ClusterRequest,
  MachineEvent,
  Platform,
  ResourceUsage,
} from '../../harness/model/platform.js';
import { costOfTopology } from '../../harness/model/topology.js';

/** What a test may decide about the clusters of a fake platform. */
export interface FakeScript {
  /** Runs in place of the boot; may throw, also with leftovers, or emit events now or later. */
  readonly onProvision?: (
    request: ClusterRequest,
    emit: (event: MachineEvent) => void,
    signal: AbortSignal,
  ) => Promise<void> | void;
  readonly failedUnits?: readonly string[];
  /** In which state the suite leaves the machines; default `on`. */
  readonly power?: 'on' | 'off';
  /** What `usage` of every cluster says. */
  readonly usage?: ResourceUsage;
  /** Of the host; default 1. */
  readonly slowness?: number;
  readonly leftovers?: readonly Failure[];
  /** Runs before the machines are gone; may throw, never end, or emit last events. */
  readonly onTearDown?: (
    emit: (event: MachineEvent) => void,
    options: Parameters<Cluster['tearDown']>[0],
  ) => Promise<void> | void;
}

/** The script's platform, and what has been seen of it. */
export class FakePlatform implements Platform {
  readonly name = 'fake';
  readonly capabilities: readonly string[] = ['bios'];
  readonly host: HostFacts = {
    os: 'fake',
    kernel: '0',
    cpuModel: 'fake',
    cpus: 4,
    memoryMiB: 8192,
    node: process.version,
    qemu: 'none',
    accelerator: { name: 'tcg', reason: 'fake' },
    slowness: 1,
  };
  readonly #script: FakeScript;
  /** Occupied now, and the most that ever was. */
  readonly used = { memoryMiB: 0, vcpus: 0, clusters: 0 };
  readonly peak = { memoryMiB: 0, vcpus: 0, clusters: 0 };
  provisioned = 0;
  tornDown = 0;

  constructor(script: FakeScript = {}) {
    this.#script = script;
    this.host = { ...this.host, slowness: script.slowness ?? 1 };
  }

  async provision(request: ClusterRequest, signal: AbortSignal): Promise<Cluster> {
    this.provisioned++;
    this.#occupy(request, 1);
    try {
      await this.#script.onProvision?.(request, request.onEvent, signal);
    } catch (error) {
      if (!hasLeaked(leftoversOf(error))) this.#occupy(request, -1);
      this.tornDown++;
      throw error;
    }
    return this.#cluster(request);
  }

  #cluster(request: ClusterRequest): Cluster {
    const tearDown: Cluster['tearDown'] = async (options) => {
      await this.#script.onTearDown?.(request.onEvent, options);
      this.#occupy(request, -1);
      this.tornDown++;
      return this.#script.leftovers ?? [];
    };
    return {
      machines: fakeMachines(request, this.#script),
      boots: [],
      usage: () => this.#script.usage,
      tearDown,
      [Symbol.asyncDispose]: async () => void (await tearDown({ timeoutMs: 0 })),
    };
  }

  #occupy({ topology }: ClusterRequest, sign: 1 | -1): void {
    const { memoryMiB, vcpus } = costOfTopology(topology);
    this.used.memoryMiB += sign * memoryMiB;
    this.used.vcpus += sign * vcpus;
    this.used.clusters += sign;
    for (const key of ['memoryMiB', 'vcpus', 'clusters'] as const) {
      this.peak[key] = Math.max(this.peak[key], this.used[key]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** Machines that answer the two questions which execution itself asks. */
function fakeMachines(
  { topology, image }: ClusterRequest,
  { failedUnits: failed = [], power = 'on' }: FakeScript,
): Machine[] {
  return Object.entries(topology.roles).flatMap(([role, { count }]) =>
    Array.from({ length: count }, (_, index) => {
      const machine = {
        name: `${role}-${index}`,
        role,
        index,
        image: image.descriptor,
        power,
        failedUnits: async () => failed,
        journal: async () => failed.map((unit) => ({ message: `${unit}: it broke` })),
      };
      return machine as unknown as Machine;
    }),
  );
}
