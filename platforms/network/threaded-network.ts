/**
 * A cluster's network in a thread of its own, so that frames and suites don't wait for each other,
 * with the verbs that suites use.
 */

import { UsageError } from '../../harness/base/errors.js';
import { pause } from '../../harness/base/poll.js';
import type {
  Artifact,
  ClusterNetwork,
  FaultStep,
  LinkCounters,
  LinkFaults,
  NetworkEvent,
  NetworkLink,
  Station,
} from '../../harness/model/network.js';
import { Carriers, type SetCarrier } from './carriers.js';
import { checkStep, findStation } from './check-step.js';
import { ThreadClient, type ThreadOptions } from './thread-client.js';

export interface ThreadedNetworkOptions extends ThreadOptions {
  /** Ends what is waited for. */
  readonly signal: AbortSignal;
  /** Pulls a machine's cable of a link that is down. Undefined where nobody looks at it. */
  readonly onCarrier?: SetCarrier | undefined;
}

export class ThreadedNetwork implements ClusterNetwork, AsyncDisposable {
  readonly seed: number;
  readonly stations: readonly Station[];
  readonly #options: ThreadedNetworkOptions;
  readonly #carriers: Carriers;
  readonly #thread: ThreadClient;
  #artifacts: Readonly<Record<string, readonly Artifact[]>> = {};

  private constructor(options: ThreadedNetworkOptions) {
    this.#options = options;
    this.seed = options.seed;
    this.stations = options.plan.stations;
    this.#carriers = new Carriers(this.stations, options.onCarrier ?? (async () => undefined));
    this.#thread = new ThreadClient(options);
  }

  /**
   * Resolves when every NIC can connect. Throws NETWORK_FAILED (infrastructure), and the reason of the
   * signal; then nothing is left of it. Whatever is asked of it afterwards throws NETWORK_FAILED when
   * it failed before, or is not answered.
   */
  static async open(options: ThreadedNetworkOptions): Promise<ThreadedNetwork> {
    const network = new ThreadedNetwork(options);
    const artifacts = await network.#thread.opened(options.signal);
    network.#artifacts = artifacts as Readonly<Record<string, readonly Artifact[]>>;
    return network;
  }

  station(machine: string, segment?: string): Station {
    return this.stations[this.#find(machine, segment)] as Station;
  }

  artifact(name: string, segment: string): Artifact & { readonly url: string } {
    const plan = this.#options.plan.segments.find((one) => one.name === segment);
    const found = this.#artifacts[segment]?.find((one) => one.name === name);
    if (!plan || !found) {
      const message = `segment ${segment} serves no artifact ${name}`;
      throw new UsageError('UNKNOWN_ARTIFACT', message);
    }
    const { sha256, sizeBytes } = found;
    const host = plan.ipv4?.address ?? `[${plan.ipv6?.address}]`;
    return { name, sha256, sizeBytes, url: `http://${host}/sha256/${sha256}` };
  }

  link(machine: string, segment?: string): NetworkLink {
    const n = this.#find(machine, segment);
    const place = { machine, ...(segment !== undefined && { segment }) };
    const set = async (faults: LinkFaults, direction: 'in' | 'out' | 'both' = 'both') => {
      await this.#do({ kind: 'link', atMs: 0, ...place, faults, direction });
    };
    return {
      set,
      delay: async (delayMs, jitterMs = 0) => await set({ delayMs, jitterMs }),
      down: async () => await set({ down: true }),
      clear: async () => await set({}),
      counters: async () => {
        const seen = await this.#thread.ask({ kind: 'counters', station: n });
        return seen as { in: LinkCounters; out: LinkCounters };
      },
    };
  }

  async partition(
    from: readonly string[],
    to: readonly string[],
    { oneWay = false }: { readonly oneWay?: boolean } = {},
  ): Promise<void> {
    await this.#do({ kind: 'partition', atMs: 0, from, to, oneWay });
  }

  async heal(): Promise<void> {
    await this.#do({ kind: 'heal', atMs: 0 });
  }

  async play(steps = this.#options.plan.schedule): Promise<void> {
    for (const step of steps) checkStep(step, this.stations);
    const started = performance.now();
    const inOrder = [...steps].sort((a, b) => a.atMs - b.atMs);
    for (const step of inOrder) {
      const dueMs = started + step.atMs * this.#options.slowness;
      await pause(Math.max(0, dueMs - performance.now()), this.#options.signal);
      await this.#do(step);
    }
  }

  async events(): Promise<readonly NetworkEvent[]> {
    return (await this.#thread.ask({ kind: 'events' })) as readonly NetworkEvent[];
  }

  /** Throws what {@link ThreadClient.close} throws. */
  async close(): Promise<void> {
    await this.#thread.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #do(step: FaultStep): Promise<void> {
    checkStep(step, this.stations);
    await this.#thread.ask({ kind: 'note', event: { kind: 'fault', step } });
    if (step.kind === 'heal') await this.#thread.ask({ kind: 'heal' });
    if (step.kind === 'partition') {
      const { from, to, oneWay = false } = step;
      await this.#thread.ask({ kind: 'partition', from, to, oneWay });
    }
    if (step.kind !== 'link') return;
    const { faults, direction = 'both' } = step;
    const station = this.#find(step.machine, step.segment);
    await this.#thread.ask({ kind: 'set', station, faults, direction });
    await this.#carriers.follow(station, faults, direction);
  }

  #find(machine: string, segment?: string): number {
    return findStation(this.stations, machine, segment);
  }
}
