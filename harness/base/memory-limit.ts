/**
 * How much memory is left to this process: by the host, and by the limits of control groups, as of a
 * container (docs.kernel.org: admin-guide/cgroup-v2, cgroup-v1/memory).
 */

import { join } from 'node:path';
import { groupsOf, readFigure } from './control-groups.js';

/** In MiB. */
export interface MemoryLeft {
  readonly availableMiB: number;
  /** Of the group that leaves the least, where a group leaves less than the host. */
  readonly limitMiB?: number;
}

const mebibyte = 2 ** 20;

/** `proc` is `/proc`. Zero where the host does not say. */
export function memoryLeft(proc = '/proc'): MemoryLeft {
  const text = readFigure(join(proc, 'meminfo'));
  const onHost = Math.floor(Number(/^MemAvailable:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1024);
  const limits = groupsOf('memory', proc).flatMap((directory) => limitOf(directory) ?? []);
  const [least] = limits.sort((a, b) => a.availableMiB - b.availableMiB);
  return least !== undefined && least.availableMiB < onHost ? least : { availableMiB: onHost };
}

/** Files that were read or written lately are dropped before anybody lacks memory. */
function limitOf(directory: string): Required<MemoryLeft> | undefined {
  const first = (...names: string[]) => {
    return names.map((name) => readFigure(join(directory, name))).find((text) => text !== '') ?? '';
  };
  const limit = Number(first('memory.max', 'memory.limit_in_bytes') || Number.NaN);
  const used = Number(first('memory.current', 'memory.usage_in_bytes') || Number.NaN);
  // `max` is no number; version 1 without a limit has one beyond any host.
  if (Number.isNaN(limit) || Number.isNaN(used)) return undefined;
  const stat = readFigure(join(directory, 'memory.stat'));
  const files = /^total_inactive_file (\d+)$/m.exec(stat) ?? /^inactive_file (\d+)$/m.exec(stat);
  const left = Math.max(0, limit - used + Number(files?.[1] ?? 0));
  const mib = (bytes: number) => Math.floor(bytes / mebibyte);
  return { availableMiB: mib(Math.min(left, limit)), limitMiB: mib(limit) };
}
