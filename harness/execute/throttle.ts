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
 * Shares of the time since the last look in which some task waited. Emulation fills every processor
 * it gets: where more wait than `busy`, another machine only makes the others slower, and near `cpu`
 * guests run into their own deadlines. `memory` is the beginning of thrashing.
 */
const limits = { busy: 0.6, cpu: 0.9, memory: 0.1 } as const;

/** What tasks wait for. Memory is worse, and named when both are short; `busy` lets nothing grow. */
type Pressure = 'none' | 'busy' | 'cpu' | 'memory';

/** Memory that is left to the host: this share of it all, but never less than so much. */
const reserve = { share: 0.05, leastMiB: 512 } as const;

const readingMs = 250;
const lookMs = 1_000;
/** A machine shows what it takes once its firmware is through. */
const growAfterMs = 10_000;
const shrinkAfterMs = 4_000;
/** For so long a new machine counts as if it had not taken its memory yet. */
const settleMs = 60_000;

/** The memory of a case: what it is given, and what its suite declares. */
export interface MemoryOfCase {
  readonly givenMiB: number;
  readonly declaredMiB: number;
}

interface Promised extends MemoryOfCase {
  readonly atMs: number;
}

/** When the host was looked at, and what it said. */
interface Look {
  readonly atMs: number;
  readonly load: HostLoad;
}

/** One per run. Tell it of every case that starts and ends. */
export class Throttle {
  /** After so long without room, and with nothing running, what waits is given up. */
  readonly patienceMs: number;
  readonly #options: ThrottleOptions;
  readonly #promised = new Map<CaseId, Promised>();
  #window: number;
  #changedMs: number;
  #latest: Look;
  /** Pressure is measured from here on. */
  #before: Look;
  #pressure: Pressure = 'none';
  /** Whether this run has shown that cases keep within what they are given. */
  #trusted = false;

  constructor(options: ThrottleOptions) {
    this.#options = options;
    this.patienceMs = options.patienceMs ?? 60_000;
    this.#window = Math.max(2, options.cpus);
    this.#changedMs = options.clock.elapsedMs();
    this.#latest = { atMs: this.#changedMs, load: options.gauge.read() };
    this.#before = this.#latest;
  }

  /** What may start now, given how many cases run. However pressed the host is, some may run. */
  allowance(running: number): Allowance {
    const { atMs, load } = this.#look();
    this.#adjust(running, atMs);
    const most = this.#isPressed ? Math.min(this.#window, running) : this.#window;
    return { cases: Math.max(this.#least, most), memoryMiB: this.#room(load, atMs) };
  }

  /** A case was admitted and will take its memory soon. */
  started(id: CaseId, memory: MemoryOfCase): void {
    this.#promised.set(id, { ...memory, atMs: this.#options.clock.elapsedMs() });
  }

  /** Its machines are gone. `peakMiB` is what they took, if it was measured. */
  ended(id: CaseId, peakMiB: number | undefined): void {
    const promised = this.#promised.get(id);
    this.#promised.delete(id);
    if (promised && peakMiB !== undefined) this.#trusted = peakMiB <= promised.givenMiB;
  }

  #look(): Look {
    const atMs = this.#options.clock.elapsedMs();
    if (atMs - this.#latest.atMs < readingMs) return { ...this.#latest, atMs };
    this.#latest = { atMs, load: this.#options.gauge.read() };
    if (atMs - this.#before.atMs >= lookMs) {
      this.#pressure = pressureBetween(this.#before, this.#latest);
      this.#before = this.#latest;
    }
    return this.#latest;
  }

  /** Others may keep the processors busy for ever; half of them are ours all the same. */
  get #least(): number {
    return this.#pressure === 'memory' ? 1 : Math.max(1, Math.ceil(this.#options.cpus / 2));
  }

  get #isPressed(): boolean {
    return this.#pressure === 'cpu' || this.#pressure === 'memory';
  }

  #adjust(running: number, nowMs: number): void {
    const sinceMs = nowMs - this.#changedMs;
    if (this.#isPressed && sinceMs >= shrinkAfterMs) {
      this.#change(Math.floor(Math.min(this.#window, running) * 0.75), nowMs);
    } else if (this.#pressure === 'none' && sinceMs >= growAfterMs && running >= this.#window) {
      this.#change(this.#window * 2, nowMs);
    }
  }

  #change(window: number, nowMs: number): void {
    this.#window = Math.max(this.#least, window);
    this.#changedMs = nowMs;
  }

  /** What is available beyond the reserve and beyond what new machines have yet to take. */
  #room({ memoryAvailableMiB, memoryTotalMiB = 0 }: HostLoad, nowMs: number): number {
    if (memoryAvailableMiB === undefined) return Number.POSITIVE_INFINITY;
    let roomMiB = memoryAvailableMiB - Math.max(reserve.leastMiB, memoryTotalMiB * reserve.share);
    for (const promised of this.#promised.values()) {
      if (nowMs - promised.atMs < settleMs) roomMiB -= this.#expected(promised);
    }
    return roomMiB;
  }

  /** Forks take little, but where their template is gone they boot and take all they declare. */
  #expected({ givenMiB, declaredMiB }: Promised): number {
    return this.#trusted ? givenMiB : Math.max(givenMiB, declaredMiB);
  }
}

function pressureBetween(before: Look, now: Look): Pressure {
  const share = (what: 'cpuStalledMs' | 'memoryStalledMs') => {
    const [then = 0, since = 0] = [before.load[what], now.load[what]];
    return (since - then) / (now.atMs - before.atMs);
  };
  if (share('memoryStalledMs') > limits.memory) return 'memory';
  const stalled = share('cpuStalledMs');
  if (stalled > limits.cpu) return 'cpu';
  return stalled > limits.busy ? 'busy' : 'none';
}
