/**
 * How hard the host is pressed right now, from `/proc`. Only reads; what follows from it is decided
 * by the throttle. What a kernel does not tell is undefined and holds nobody back.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CpuQuota, cpuQuota } from '../base/cpu-quota.js';

/**
 * `Stalled` is for how long, since the host booted, some task has waited for the resource
 * (docs.kernel.org, accounting/psi). The kernel's own averages lag by 10 s, too late for us.
 */
export interface HostLoad {
  readonly cpuStalledMs: number | undefined;
  readonly memoryStalledMs: number | undefined;
  readonly ioStalledMs?: number | undefined;
  /** Time of all processors since the host booted, and the part of it that was used. */
  readonly cpuMs?: { readonly total: number; readonly busy: number } | undefined;
  /** Tasks that ran or could have run at that moment, without the one that looked. */
  readonly runnable?: number | undefined;
  readonly quota?: QuotaUse | undefined;
  readonly memoryAvailableMiB: number | undefined;
  readonly memoryTotalMiB: number | undefined;
}

/** How a container's quota of processors was used since its group was made. */
export interface QuotaUse {
  readonly cpus: number;
  /** Spans of time that the quota is given for, while anything ran; in `throttled` it was used up. */
  readonly periods: number;
  readonly throttled: number;
  /** For how long tasks were kept from a processor by it, summed over processors. */
  readonly throttledMs: number;
}

/** Where readings come from: the kernel, or a test. */
export interface LoadGauge {
  read(): HostLoad;
}

/** The gauge of this host; `directory` is another place of the same layout, for tests. */
export function procGauge(directory = '/proc'): LoadGauge {
  const number = (file: string, pattern: RegExp) => numberIn(join(directory, file), pattern);
  const stalledMs = (what: string) => {
    const microseconds = number(`pressure/${what}`, /^some .*\btotal=(\d+)$/m);
    return microseconds === undefined ? undefined : microseconds / 1000;
  };
  const memoryMiB = (field: string) => {
    const kibibytes = number('meminfo', new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'));
    return kibibytes === undefined ? undefined : Math.floor(kibibytes / 1024);
  };
  const quota = cpuQuota(directory);
  return {
    read: () => ({
      cpuStalledMs: stalledMs('cpu'),
      memoryStalledMs: stalledMs('memory'),
      ioStalledMs: stalledMs('io'),
      cpuMs: cpuTimeIn(join(directory, 'stat')),
      runnable: othersOf(number('stat', /^procs_running (\d+)$/m)),
      quota: quota && useOf(quota),
      memoryAvailableMiB: memoryMiB('MemAvailable'),
      memoryTotalMiB: memoryMiB('MemTotal'),
    }),
  };
}

/** `cpu.stat` of the group; version 2 has microseconds, version 1 nanoseconds. */
function useOf({ cpus, directory }: CpuQuota): QuotaUse | undefined {
  const number = (name: string) => {
    return numberIn(join(directory, 'cpu.stat'), new RegExp(`^${name} (\\d+)$`, 'm'));
  };
  const [periods, throttled] = [number('nr_periods'), number('nr_throttled')];
  const microseconds = number('throttled_usec') ?? (number('throttled_time') ?? Number.NaN) / 1000;
  if (periods === undefined || throttled === undefined) return undefined;
  if (Number.isNaN(microseconds)) return undefined;
  return { cpus, periods, throttled, throttledMs: microseconds / 1000 };
}

function othersOf(running: number | undefined): number | undefined {
  return running === undefined ? undefined : Math.max(0, running - 1);
}

/** The first line of proc_stat(5): user, nice, system, idle, iowait and more, in ticks of 10 ms. */
function cpuTimeIn(path: string): HostLoad['cpuMs'] {
  try {
    const ticks =
      /^cpu +(.*)$/m.exec(readFileSync(path, 'utf8'))?.[1]?.split(' ').map(Number) ?? [];
    const [, , , idle = 0, waiting = 0] = ticks;
    // Guests' time, from the ninth on, is in user time already.
    const total = ticks.slice(0, 8).reduce((sum, ticksOf) => sum + ticksOf, 0);
    return { total: total * 10, busy: (total - idle - waiting) * 10 };
  } catch {
    return undefined;
  }
}

function numberIn(path: string, pattern: RegExp): number | undefined {
  try {
    const text = pattern.exec(readFileSync(path, 'utf8'))?.[1];
    return text === undefined ? undefined : Number(text);
  } catch {
    return undefined;
  }
}
