/** A network's thread as it is seen from outside: started, asked, lost, and ended whatever it does. */

import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { abortable, freshDeadline, scaleLimit } from '../../harness/base/deadline.js';
import { type InfrastructureError, toError } from '../../harness/base/errors.js';
import { compiledRoot } from '../../harness/base/project-root.js';
import type { NetworkEvent } from '../../harness/model/network.js';
import type { NetworkRequest } from './network.js';
import type { NetworkCall, NumberedAnswer, Told } from './network-thread.js';
import { failureBy, silence, ThreadCalls, type ThreadLimits, usualLimits } from './thread-calls.js';

export interface ThreadOptions extends NetworkRequest {
  /** Multiplies the limits, and the times of schedules. */
  readonly slowness: number;
  /** Told once, when something in the thread went wrong, or it does not answer any more. */
  readonly onFailed: (cause: InfrastructureError) => void;
  /** Told of what happens, as far as {@link toldEvents} says. */
  readonly onEvent?: ((event: NetworkEvent) => void) | undefined;
  /** What else runs instead, in tests: the path of a module. */
  readonly thread?: string;
  readonly limits?: ThreadLimits;
}

/** Whatever is asked of it throws NETWORK_FAILED when it failed before, or is not answered. */
export class ThreadClient {
  readonly #options: ThreadOptions;
  readonly #worker: Worker;
  readonly #calls: ThreadCalls;
  #failure: InfrastructureError | undefined;
  /** False for a thread that has ended, or does not answer. */
  #isAnswering = true;
  #closing: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: ThreadOptions) {
    this.#options = options;
    this.#worker = new Worker(options.thread ?? ownThread(), { workerData: dataOf(options) });
    this.#calls = new ThreadCalls(this.#worker);
    this.#worker.on('message', (message: NumberedAnswer | Told) => this.#receive(message));
    this.#worker.on('error', (error: unknown) => this.#lose(toError(error)));
    this.#worker.on('exit', () => this.#lose(new Error('its thread ended')));
  }

  /**
   * What the thread says when every NIC can connect. Throws NETWORK_FAILED (infrastructure), and the
   * reason of the signal; then the thread has ended.
   */
  async opened(signal: AbortSignal): Promise<unknown> {
    try {
      return await abortable(this.#calls.opened, signal);
    } catch (error) {
      await this.#end();
      throw error;
    }
  }

  async ask(call: NetworkCall): Promise<unknown> {
    if (this.#failure) throw this.#failure;
    if (this.#isClosed) throw failureBy(new Error('it was closed'));
    try {
      return await this.#calls.ask(call, this.#limitMs('answerMs'));
    } catch (error) {
      this.#lose(toError(error));
      throw this.#failure ?? error;
    }
  }

  /** Ends the thread whatever it does. Throws NETWORK_FAILED if it had to be kept from something. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
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

function ownThread(): string {
  return join(compiledRoot(), 'platforms', 'network', 'network-thread.js');
}

function dataOf({ plan, seed, directory, captureDirectory, extras = {} }: NetworkRequest) {
  return { plan, seed, directory, extras, ...(captureDirectory && { captureDirectory }) };
}
