/**
 * How much of the host's processors a container leaves to this process, by the quotas of control groups
 * (docs.kernel.org: admin-guide/cgroup-v2, scheduler/sched-bwc). Node.js 20 knows affinity only.
 */

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { groupsOf, readFigure } from './control-groups.js';

/** The group with the least quota that holds this process. */
export interface CpuQuota {
  /** May be a fraction. */
  readonly cpus: number;
  /** Where the kernel keeps the group's figures. */
  readonly directory: string;
}

/** Whole processors that this process may keep busy, at least one. */
export function availableProcessors(proc?: string): number {
  const quota = cpuQuota(proc)?.cpus ?? Number.POSITIVE_INFINITY;
  return Math.max(1, Math.floor(Math.min(availableParallelism(), quota)));
}

/** Undefined where nothing but the processors themselves is a limit; `proc` is `/proc`. */
export function cpuQuota(proc = '/proc'): CpuQuota | undefined {
  const quotas = groupsOf('cpu', proc).flatMap((directory) => quotaOf(directory) ?? []);
  return quotas.sort((a, b) => a.cpus - b.cpus)[0];
}

/** `max` or -1 is no quota. Version 1 has a file for each of the two figures. */
function quotaOf(directory: string): CpuQuota | undefined {
  const text = (name: string) => readFigure(join(directory, name));
  const both = text('cpu.max') || `${text('cpu.cfs_quota_us')} ${text('cpu.cfs_period_us')}`;
  const [, quota, period] = /^(\d+) (\d+)$/.exec(both) ?? [];
  if (quota === undefined || !(Number(period) > 0)) return undefined;
  return { cpus: Number(quota) / Number(period), directory };
}
