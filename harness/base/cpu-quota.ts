/**
 * How much of the host's processors a container leaves to this process, by the quotas of control groups
 * (docs.kernel.org: admin-guide/cgroup-v2, scheduler/sched-bwc). Node.js 20 knows affinity only.
 */

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, posix } from 'node:path';

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
  const quotas = groupsOf(proc).flatMap((directory) => quotaOf(directory) ?? []);
  return quotas.sort((a, b) => a.cpus - b.cpus)[0];
}

/** `max` or -1 is no quota. Version 1 has a file for each of the two figures. */
function quotaOf(directory: string): CpuQuota | undefined {
  const text = (name: string) => read(join(directory, name));
  const both = text('cpu.max') || `${text('cpu.cfs_quota_us')} ${text('cpu.cfs_period_us')}`;
  const [, quota, period] = /^(\d+) (\d+)$/.exec(both) ?? [];
  if (quota === undefined || !(Number(period) > 0)) return undefined;
  return { cpus: Number(quota) / Number(period), directory };
}

/** Fields of mountinfo (proc(5)): what of the hierarchy is mounted, where, its version and options. */
const mounted = /^\d+ \d+ \S+ (\S+) (\S+) .* - (cgroup2?) \S+ (\S+)$/gm;

/** Directories of this process's own group and of those around it, as far as they can be seen. */
function groupsOf(proc: string): readonly string[] {
  const own = read(join(proc, 'self', 'cgroup'));
  const mounts = read(join(proc, 'self', 'mountinfo')).matchAll(mounted);
  return [...mounts].flatMap(([, root = '/', place = '', version, options = '']) => {
    if (version === 'cgroup' && !options.split(',').includes('cpu')) return [];
    const group = (version === 'cgroup' ? cpuLine : unifiedLine).exec(own)?.[1];
    return group === undefined ? [] : downTo(place, posix.relative(root, group));
  });
}

/** Lines of `/proc/self/cgroup` (cgroups(7)), by version. */
const unifiedLine = /^0::(\/.*)$/m;
const cpuLine = /^\d+:(?:[^:\n]*,)?cpu(?:,[^:\n]*)?:(\/.*)$/m;

/** A container may see its own group as the root, and be told of it by its name outside. */
function downTo(place: string, group: string): readonly string[] {
  const names = group.startsWith('..') ? [] : group.split('/').filter((name) => name !== '');
  return [place, ...names.map((_, index) => join(place, ...names.slice(0, index + 1)))];
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
