/**
 * Keeps what a process has taken from the host for when it is gone: one that is killed or powers its
 * machine off leaves nothing in `/proc` to ask.
 */

import type { ProcessIdentity } from '../../harness/base/host-process.js';
import type { ResourceUsage } from '../../harness/model/platform.js';
import { usageOfProcess } from './process-usage.js';

const lookMs = 1_000;

/** Looks from time to time; dispose it once the process has ended, and what was seen last stays. */
export class UsageMeter implements Disposable {
  readonly #process: ProcessIdentity;
  readonly #timer: NodeJS.Timeout;
  #latest: ResourceUsage | undefined;

  constructor(process: ProcessIdentity) {
    this.#process = process;
    this.#timer = setInterval(() => this.look(), lookMs);
    this.#timer.unref();
  }

  /** What it has taken until now, or was seen to have taken; undefined if it was never seen. */
  look(): ResourceUsage | undefined {
    this.#latest = usageOfProcess(this.#process) ?? this.#latest;
    return this.#latest;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
