/**
 * What a process has taken from the host so far, from `/proc` (proc_pid_stat(5),
 * proc_pid_status(5)).
 */

import { readFileSync } from 'node:fs';
import { isRunning, type ProcessIdentity } from '../../harness/base/host-process.js';
import type { ResourceUsage } from '../../harness/model/platform.js';

/** USER_HZ, which Linux keeps at 100 for programs on every architecture that we run on. */
const ticksPerSecond = 100;

/**
 * Of one process; undefined when it is gone or the kernel does not say. Pages of files and of shared
 * memory don't count: a fork maps its template's, which many forks have in common.
 */
export function usageOfProcess(identity: ProcessIdentity): ResourceUsage | undefined {
  try {
    const stat = readFileSync(`/proc/${identity.pid}/stat`, 'utf8');
    const status = readFileSync(`/proc/${identity.pid}/status`, 'utf8');
    return isRunning(identity) ? parseUsage(stat, status) : undefined;
  } catch {
    return undefined;
  }
}

/** From the texts of `stat` and `status`; undefined when a field is missing. */
export function parseUsage(stat: string, status: string): ResourceUsage | undefined {
  // Fields 14 and 15, counted from behind the program's name, which may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const kibibytes = (name: string) => {
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  };
  const peakKiB = kibibytes('VmHWM') - kibibytes('RssFile') - kibibytes('RssShmem');
  if (!Number.isFinite(ticks) || !Number.isFinite(peakKiB)) return undefined;
  return { cpuSeconds: ticks / ticksPerSecond, peakMemoryMiB: Math.ceil(peakKiB / 1024) };
}

/** All of them together; undefined when there are none. */
export function sumUsage(usages: readonly ResourceUsage[]): ResourceUsage | undefined {
  if (usages.length === 0) return undefined;
  const sum = (of: (usage: ResourceUsage) => number) =>
    usages.reduce((all, one) => all + of(one), 0);
  return {
    cpuSeconds: Math.round(sum(({ cpuSeconds }) => cpuSeconds) * 100) / 100,
    peakMemoryMiB: sum(({ peakMemoryMiB }) => peakMemoryMiB),
  };
}
