/**
 * A cluster's network in a thread of its own, so that frames and suites don't wait for each other,
 * with the verbs that suites use.
 */

import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Resolvers, withResolvers } from '../../harness/base/deadline.js';
import { InfrastructureError, toError, UsageError } from '../../harness/base/errors.js';
import { pause } from '../../harness/base/poll.js';
import { compiledRoot } from '../../harness/base/project-root.js';
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
import type { NetworkRequest } from './network.js';
import type { NetworkCall, NumberedAnswer, NumberedCall, ToldEvent } from './network-thread.js';

export interface ThreadOptions extends NetworkRequest {
  /** Multiplies the times of schedules. */
  readonly slowness: number;
  /** Ends what is waited for. */
  readonly signal: AbortSignal;
  /** Told once when the thread ends although nobody asked it to. */
  readonly onFailed: (cause: InfrastructureError) => void;
  /** Told of what happens, up to some thousands, without names and the time. */
  readonly onEvent?: ((event: NetworkEvent) => void) | undefined;
  /** Pulls a machine's cable of a link that is down. Undefined where nobody looks at it. */
  readonly onCarrier?: SetCarrier | undefined;
}

export class ThreadedNetwork implements ClusterNetwork, AsyncDisposable {
  readonly seed: number;
  readonly stations: readonly Station[];
  readonly #options: ThreadOptions;
  readonly #carriers: Carriers;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Resolvers<unknown>>();
  #artifacts: Readonly<Record<string, readonly Artifact[]>> = {};
  #calls = 0;
  #failure: InfrastructureError | undefined;
  #closing: Promise<void> | undefined;
  #closed = false;

  private constructor(options: ThreadOptions) {
    this.#options = options;
    this.seed = options.seed;
    this.stations = options.plan.stations;
    this.#carriers = new Carriers(this.stations, options.onCarrier ?? (async () => undefined));
    const { plan, seed, directory, captureDirectory, extras = {} } = options;
    const files = { directory, extras, ...(captureDirectory && { captureDirectory }) };
    const workerData = { plan, seed, ...files };
    const thread = join(compiledRoot(), 'platforms', 'network', 'network-thread.js');
    this.#worker = new Worker(thread, { workerData });
    this.#worker.on('message', (message: NumberedAnswer | ToldEvent) => {
      if ('event' in message) options.onEvent?.(message.event);
      else this.#receive(message);
    });
    this.#worker.on('error', (error: unknown) => this.#fail(toError(error)));
    this.#worker.on('exit', () => this.#end());
  }

  /** Resolves when every NIC can connect. Throws NETWORK_FAILED (infrastructure). */
  static async open(options: ThreadOptions): Promise<ThreadedNetwork> {
    const network = new ThreadedNetwork(options);
    const artifacts = await network.#wait(0).promise;
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
        const seen = await this.#call({ kind: 'counters', station: n });
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
    return (await this.#call({ kind: 'events' })) as readonly NetworkEvent[];
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    // What has failed can't be asked; its sockets end with it.
    if (!this.#failure) await this.#call({ kind: 'close' });
    this.#closed = true;
    await this.#worker.terminate();
  }

  async #do(step: FaultStep): Promise<void> {
    checkStep(step, this.stations);
    await this.#call({ kind: 'note', event: { kind: 'fault', step } });
    if (step.kind === 'heal') await this.#call({ kind: 'heal' });
    if (step.kind === 'partition') {
      const { from, to, oneWay = false } = step;
      await this.#call({ kind: 'partition', from, to, oneWay });
    }
    if (step.kind !== 'link') return;
    const { faults, direction = 'both' } = step;
    const station = this.#find(step.machine, step.segment);
    await this.#call({ kind: 'set', station, faults, direction });
    await this.#carriers.follow(station, faults, direction);
  }

  #find(machine: string, segment?: string): number {
    return findStation(this.stations, machine, segment);
  }

  async #call(call: NetworkCall): Promise<unknown> {
    if (this.#failure) throw this.#failure;
    this.#calls += 1;
    const numbered: NumberedCall = { id: this.#calls, call };
    const { promise } = this.#wait(numbered.id);
    this.#worker.postMessage(numbered);
    return await promise;
  }

  #wait(id: number): Resolvers<unknown> {
    const waiting = withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    return waiting;
  }

  #receive({ id, result }: NumberedAnswer): void {
    this.#waiting.get(id)?.resolve(result);
    this.#waiting.delete(id);
  }

  #end(): void {
    if (!this.#closed) this.#fail(new Error('its thread ended'));
  }

  #fail(cause: Error): void {
    if (this.#failure) return;
    const message = `the cluster's network has failed: ${cause.message}`;
    this.#failure = new InfrastructureError('NETWORK_FAILED', message, { phase: 'host', cause });
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#options.onFailed(this.#failure);
  }
}
