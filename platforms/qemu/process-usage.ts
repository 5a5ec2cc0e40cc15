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

/** What one process of a machine has taken. */
export interface ProcessUsage extends ResourceUsage {
  readonly machine: string;
}

/**
 * All machines together; undefined when there are none. The processes of one machine come one after the
 * other: their times add up, and of their memory the largest counts.
 */
export function sumUsage(usages: readonly ProcessUsage[]): ResourceUsage | undefined {
  if (usages.length === 0) return undefined;
  const peaks = new Map<string, number>();
  for (const { machine, peakMemoryMiB } of usages) {
    peaks.set(machine, Math.max(peakMemoryMiB, peaks.get(machine) ?? 0));
  }
  const cpuSeconds = sum(usages.map((one) => one.cpuSeconds));
  return {
    cpuSeconds: Math.round(cpuSeconds * 100) / 100,
    peakMemoryMiB: sum([...peaks.values()]),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
