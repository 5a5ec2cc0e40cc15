/**
 * Holds admission back when the host is pressed: few cases at first, more as long as it stays calm,
 * fewer when tasks wait for processors or memory, and none that would eat into the memory that the
 * host itself needs. The budget says what may be used; this says what can be used now.
 */

import type { Clock } from '../base/clock.js';
import type { CaseId } from '../model/ids.js';
import type { Allowance } from './admission.js';
import type { HostLoad, LoadGauge } from './host-load.js';

/** What the throttle goes by. */
export interface ThrottleOptions {
  readonly gauge: LoadGauge;
  readonly clock: Clock;
  /** Processors of the host: as many cases start at first. */
  readonly cpus: number;
  /** How long the host may lack memory while nothing runs. Default: a minute. */
  readonly patienceMs?: number;
}

/**
 * Percentages of the last 10 s. Emulation fills every processor it gets, so that some waiting for
 * processors is normal; any for memory is the beginning of thrashing.
 */
const limits = { cpuPressure: 80, memoryPressure: 10 } as const;

/** Memory that is left to the host: this share of it all, but never less than so much. */
const reserve = { share: 0.05, leastMiB: 512 } as const;

const readingMs = 250;
const growAfterMs = 2_000;
/** The kernel's figures are averages of 10 s: an effect is not seen earlier. */
const shrinkAfterMs = 10_000;
/** For so long a new machine counts as if it had not taken its memory yet. */
const settleMs = 30_000;

interface Promised {
  readonly atMs: number;
  readonly memoryMiB: number;
}

/** One per run. Tell it of every case that starts and ends. */
export class Throttle {
  /** After so long without room, and with nothing running, what waits is given up. */
  readonly patienceMs: number;
  readonly #options: ThrottleOptions;
  readonly #promised = new Map<CaseId, Promised>();
  #window: number;
  #changedMs: number;
  #readMs = Number.NEGATIVE_INFINITY;
  #load: HostLoad | undefined;

  constructor(options: ThrottleOptions) {
    this.#options = options;
    this.patienceMs = options.patienceMs ?? 60_000;
    this.#window = Math.max(2, options.cpus);
    this.#changedMs = options.clock.elapsedMs();
  }

  /** What may start now, given how many cases run. With none running, one may, pressed or not. */
  allowance(running: number): Allowance {
    const nowMs = this.#options.clock.elapsedMs();
    const load = this.#read(nowMs);
    const pressed = isPressed(load);
    this.#adjust({ running, pressed, nowMs });
    const cases = pressed ? Math.min(this.#window, running) : this.#window;
    return { cases: Math.max(1, cases), memoryMiB: this.#room(load, nowMs) };
  }

  /** A case was admitted and will take this memory within the next seconds. */
  started(id: CaseId, memoryMiB: number): void {
    this.#promised.set(id, { atMs: this.#options.clock.elapsedMs(), memoryMiB });
  }

  /** Its machines are gone. */
  ended(id: CaseId): void {
    this.#promised.delete(id);
  }

  #read(nowMs: number): HostLoad {
    if (this.#load === undefined || nowMs - this.#readMs >= readingMs) {
      this.#load = this.#options.gauge.read();
      this.#readMs = nowMs;
    }
    return this.#load;
  }

  #adjust(now: {
    readonly running: number;
    readonly pressed: boolean;
    readonly nowMs: number;
  }): void {
    const sinceMs = now.nowMs - this.#changedMs;
    if (now.pressed && sinceMs >= shrinkAfterMs) {
      this.#change(Math.floor(Math.min(this.#window, now.running) * 0.75), now.nowMs);
    } else if (!now.pressed && sinceMs >= growAfterMs && now.running >= this.#window) {
      this.#change(this.#window * 2, now.nowMs);
    }
  }

  #change(window: number, nowMs: number): void {
    this.#window = Math.max(1, window);
    this.#changedMs = nowMs;
  }

  /** What is available beyond the reserve and beyond what new machines have yet to take. */
  #room({ memoryAvailableMiB, memoryTotalMiB = 0 }: HostLoad, nowMs: number): number {
    if (memoryAvailableMiB === undefined) return Number.POSITIVE_INFINITY;
    let roomMiB = memoryAvailableMiB - Math.max(reserve.leastMiB, memoryTotalMiB * reserve.share);
    for (const [id, { atMs, memoryMiB }] of this.#promised) {
      if (nowMs - atMs < settleMs) roomMiB -= memoryMiB;
      else this.#promised.delete(id);
    }
    return roomMiB;
  }
}

function isPressed({ cpuPressure = 0, memoryPressure = 0 }: HostLoad): boolean {
  return cpuPressure > limits.cpuPressure || memoryPressure > limits.memoryPressure;
}
