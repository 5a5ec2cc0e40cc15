/**
 * A cluster's network in a thread of its own, so that frames and suites don't wait for each other,
 * with the verbs that suites use.
 */

import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { abortable, freshDeadline, scaleLimit } from '../../harness/base/deadline.js';
import { type InfrastructureError, toError, UsageError } from '../../harness/base/errors.js';
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
import type { NetworkCall, NumberedAnswer, Told } from './network-thread.js';
import { failureBy, silence, ThreadCalls, type ThreadLimits, usualLimits } from './thread-calls.js';

export interface ThreadOptions extends NetworkRequest {
  /** Multiplies the times of schedules. */
  readonly slowness: number;
  /** Ends what is waited for. */
  readonly signal: AbortSignal;
  /** Told once, when something in the thread went wrong, or it does not answer any more. */
  readonly onFailed: (cause: InfrastructureError) => void;
  /** Told of what happens, as far as {@link toldEvents} says. */
  readonly onEvent?: ((event: NetworkEvent) => void) | undefined;
  /** Pulls a machine's cable of a link that is down. Undefined where nobody looks at it. */
  readonly onCarrier?: SetCarrier | undefined;
  /** What else runs instead, in tests: the path of a module. */
  readonly thread?: string;
  readonly limits?: ThreadLimits;
}

export class ThreadedNetwork implements ClusterNetwork, AsyncDisposable {
  readonly seed: number;
  readonly stations: readonly Station[];
  readonly #options: ThreadOptions;
  readonly #carriers: Carriers;
  readonly #worker: Worker;
  readonly #calls: ThreadCalls;
  #artifacts: Readonly<Record<string, readonly Artifact[]>> = {};
  #failure: InfrastructureError | undefined;
  /** False for a thread that has ended, or does not answer. */
  #isAnswering = true;
  #closing: Promise<void> | undefined;
  #isClosed = false;

  private constructor(options: ThreadOptions) {
    this.#options = options;
    this.seed = options.seed;
    this.stations = options.plan.stations;
    this.#carriers = new Carriers(this.stations, options.onCarrier ?? (async () => undefined));
    const { plan, seed, directory, captureDirectory, extras = {} } = options;
    const files = { directory, extras, ...(captureDirectory && { captureDirectory }) };
    const workerData = { plan, seed, ...files };
    const own = join(compiledRoot(), 'platforms', 'network', 'network-thread.js');
    this.#worker = new Worker(options.thread ?? own, { workerData });
    this.#calls = new ThreadCalls(this.#worker);
    this.#worker.on('message', (message: NumberedAnswer | Told) => this.#receive(message));
    this.#worker.on('error', (error: unknown) => this.#lose(toError(error)));
    this.#worker.on('exit', () => this.#lose(new Error('its thread ended')));
  }

  /**
   * Resolves when every NIC can connect. Throws NETWORK_FAILED (infrastructure), and the reason of the
   * signal; then nothing is left of it. Whatever is asked of it afterwards throws NETWORK_FAILED when
   * it failed before, or is not answered.
   */
  static async open(options: ThreadOptions): Promise<ThreadedNetwork> {
    const network = new ThreadedNetwork(options);
    try {
      const artifacts = await abortable(network.#calls.opened, options.signal);
      network.#artifacts = artifacts as Readonly<Record<string, readonly Artifact[]>>;
      return network;
    } catch (error) {
      await network.#end();
      throw error;
    }
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

  /** Ends the thread whatever it does. Throws NETWORK_FAILED if it had to be kept from something. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** What has failed may still have a capture to write. */
  async #close(): Promise<void> {
    try {
      if (this.#isAnswering) await this.#calls.ask({ kind: 'close' }, this.#limitMs('closeMs'));
    } finally {
      await this.#end();
    }
  }

  async #end(): Promise<void> {
    this.#isClosed = true;
    const closeMs = this.#limitMs('closeMs');
    using deadline = freshDeadline(closeMs, () => silence('end', closeMs));
    await abortable(this.#worker.terminate(), deadline.signal);
  }

  #limitMs(name: keyof ThreadLimits): number {
    const { limits = usualLimits, slowness } = this.#options;
    return scaleLimit(limits[name], slowness);
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
    if (this.#isClosed) throw failureBy(new Error('it was closed'));
    try {
      return await this.#calls.ask(call, this.#limitMs('answerMs'));
    } catch (error) {
      this.#lose(toError(error));
      throw this.#failure ?? error;
    }
  }

  #receive(message: NumberedAnswer | Told): void {
    if ('event' in message) this.#options.onEvent?.(message.event);
    else if ('failed' in message) this.#fail(message.failed);
    else this.#calls.receive(message);
  }

  /** Nothing that was asked will be answered. */
  #lose(cause: Error): void {
    this.#isAnswering = false;
    if (!this.#isClosed) this.#fail(cause);
    this.#calls.fail(this.#failure ?? cause);
  }

  /** The first counts. */
  #fail(cause: Error): void {
    if (this.#failure) return;
    this.#failure = failureBy(cause);
    this.#options.onFailed(this.#failure);
  }
}
