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
 * these apart: some task waits nearly always as soon as there is one too many.
 */
const starving = { leastStalled: 0.9, mostGot: 1 / 3 } as const;

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
    const stalled = stalledShare(first, last);
    const got = shareOfTask(looks, cpus);
    if (stalled === undefined || got === undefined) return undefined;
    if (stalled < starving.leastStalled || got > starving.mostGot) return undefined;
    const percent = (share: number) => `${Math.round(share * 100)} %`;
    const which = `over the last ${Math.round(waitMs / 1000)} s a task of the host`;
    return `${which} got ${percent(got)} of a processor, and some waited for one ${percent(stalled)} of the time`;
  }
}

function stalledShare(first: Look, last: Look): number | undefined {
  const [before, now] = [first.load.cpuStalledMs, last.load.cpuStalledMs];
  if (before === undefined || now === undefined) return undefined;
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
