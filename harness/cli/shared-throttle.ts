/**
 * One throttle for runs that go on at the same time in one command: each would otherwise take the host's
 * memory for its own.
 */

import type { Allowance } from '../execute/admission.js';
import { type MemoryOfCase, Throttle, type ThrottleOptions } from '../execute/throttle.js';
import type { CaseId } from '../model/ids.js';

/** A run waits for its turn while others of the command run, and they may take minutes. */
const patienceMs = 15 * 60_000;

/** What the runs of a command have in common. */
export class SharedThrottle {
  readonly #options: ThrottleOptions;
  readonly #common: Common;
  #runs = 0;

  constructor(options: ThrottleOptions) {
    this.#options = { patienceMs, ...options };
    this.#common = { throttle: new Throttle(this.#options), running: 0 };
  }

  /** The throttle of one more run. */
  share(): Throttle {
    this.#runs += 1;
    return new Share(this.#options, this.#common, `run ${this.#runs}`);
  }
}

interface Common {
  readonly throttle: Throttle;
  /** Cases of all runs. */
  running: number;
}

/** Cases of two runs may have one id: several mutations are of one suite. */
class Share extends Throttle {
  readonly #common: Common;
  readonly #run: string;

  constructor(options: ThrottleOptions, common: Common, run: string) {
    super(options);
    this.#common = common;
    this.#run = run;
  }

  override allowance(running: number): Allowance {
    const { throttle, running: all } = this.#common;
    const { cases, memoryMiB } = throttle.allowance(all);
    return { cases: Math.max(0, cases - (all - running)), memoryMiB };
  }

  override started(id: CaseId, memory: MemoryOfCase): void {
    this.#common.running += 1;
    this.#common.throttle.started(this.#idOf(id), memory);
  }

  override ended(id: CaseId, peakMiB: number | undefined): void {
    this.#common.running -= 1;
    this.#common.throttle.ended(this.#idOf(id), peakMiB);
  }

  #idOf(id: CaseId): CaseId {
    return `${this.#run} ${id}` as CaseId;
  }
}
