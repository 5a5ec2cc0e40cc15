/**
 * How the host has fared over the last minutes, looked at every second, and whether it starved its
 * guests while their own clocks went on. Only reads; whom that excuses is decided elsewhere.
 */

import type { Clock } from '../base/clock.js';
import type { HostLoad, LoadGauge } from './host-load.js';

/** What the host is held to. */
export interface LoadHistoryOptions {
  readonly gauge: LoadGauge;
  readonly clock: Clock;
  /** Processors of the host, all of them: what the kernel counts is not of our share alone. */
  readonly cpus: number;
}

/**
 * From when on a host counts as one that starves its guests. The common limit of a guest's clock is
 * systemd's 90 s, and the slowest thing it guards, a whole cold boot, takes 30 s on processors of its
 * own. Where a task gets a third of a processor or less, a guest had less of its wait than such a boot
 * takes, and that it came to nothing proves nothing. Two busy machines on as many processors as one
 * of them has virtual ones leave a half to each and must not excuse anybody. Stalls alone can't tell
 * these apart: some task waits nearly always as soon as there is one too many. But without stalls over
 * most of the time, what ran at the moments of the looks says little of the time between.
 */
const starving = { leastStalled: 0.75, mostGot: 1 / 3 } as const;

const lookMs = 1_000;
/** The longest wait that is remembered. */
const horizonMs = 300_000;
/** How much of a wait must have been looked at; a shorter history is no evidence. */
const coveredShare = 0.9;

interface Look {
  readonly atMs: number;
  readonly load: HostLoad;
}

/** One per run. */
export class LoadHistory {
  readonly #options: LoadHistoryOptions;
  #looks: Look[] = [];

  constructor(options: LoadHistoryOptions) {
    this.#options = options;
    this.look();
  }

  /** Looks every second until what is returned is disposed. */
  watch(): Disposable {
    const timer = setInterval(() => this.look(), lookMs);
    timer.unref();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  /** Takes one reading. */
  look(): void {
    const { gauge, clock } = this.#options;
    const atMs = clock.elapsedMs();
    this.#looks.push({ atMs, load: gauge.read() });
    const first = this.#looks.findIndex((look) => look.atMs >= atMs - horizonMs);
    this.#looks.splice(0, first);
  }

  /**
   * The readings of the last `waitMs`, in words, if the host starved its guests all that time;
   * undefined when it did not, or when too little is known to say so. Of a wait beyond the horizon
   * the end counts.
   */
  starvedFor(wholeWaitMs: number): string | undefined {
    const { cpus, clock } = this.#options;
    const waitMs = Math.min(wholeWaitMs, horizonMs);
    const since = clock.elapsedMs() - waitMs;
    const looks = this.#looks.filter(({ atMs }) => atMs >= since);
    const [first, last] = [looks[0], looks.at(-1)];
    if (!first || !last || last.atMs - first.atMs < waitMs * coveredShare) return undefined;
    const how = starvedByOthers(looks, cpus) ?? starvedByQuota(first, last);
    return how && `over the last ${Math.round(waitMs / 1000)} s ${how}`;
  }
}

function starvedByOthers(looks: readonly Look[], cpus: number): string | undefined {
  const [stalled, got] = [stalledShare(looks[0], looks.at(-1)), shareOfTask(looks, cpus)];
  if (stalled === undefined || got === undefined || !isStarving(stalled, got)) return undefined;
  const task = `a task of the host got ${percent(got)} of a processor`;
  return `${task}, and some waited for one ${percent(stalled)} of the time`;
}

/**
 * Whom a container's quota holds back is not among the kernel's runnable tasks. As many processors as
 * the quota did run, and those that were held back count one task each: there may have been more.
 */
function starvedByQuota(first: Look, last: Look): string | undefined {
  const [before, now] = [first.load.quota, last.load.quota];
  if (!before || !now || now.periods <= before.periods) return undefined;
  const usedUp = (now.throttled - before.throttled) / (now.periods - before.periods);
  const heldBack = (now.throttledMs - before.throttledMs) / (last.atMs - first.atMs);
  const got = now.cpus / (now.cpus + heldBack);
  if (!isStarving(usedUp, got)) return undefined;
  const task = `a task of the container got ${percent(got)} of a processor`;
  return `${task}, and its quota of ${now.cpus} was used up ${percent(usedUp)} of the time`;
}

function isStarving(stalled: number, got: number): boolean {
  return stalled >= starving.leastStalled && got <= starving.mostGot;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function stalledShare(first: Look | undefined, last: Look | undefined): number | undefined {
  const [before, now] = [first?.load.cpuStalledMs, last?.load.cpuStalledMs];
  if (!first || !last || before === undefined || now === undefined) return undefined;
  return (now - before) / (last.atMs - first.atMs);
}

/** How much of a processor a task that wanted one got, on the average. */
function shareOfTask(looks: readonly Look[], cpus: number): number | undefined {
  const shares = looks.flatMap(({ load: { runnable } }) => {
    return runnable === undefined ? [] : Math.min(1, cpus / Math.max(1, runnable));
  });
  if (shares.length === 0) return undefined;
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
