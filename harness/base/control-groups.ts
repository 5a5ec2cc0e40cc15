/**
 * Where the kernel keeps the figures of the control groups that hold this process, of both versions
 * (cgroups(7)). What the figures mean is for others.
 */

import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** What a group can limit. */
export type Controller = 'cpu' | 'memory';

/** Fields of mountinfo (proc(5)): what of the hierarchy is mounted, where, its version and options. */
const mounted = /^\d+ \d+ \S+ (\S+) (\S+) .* - (cgroup2?) \S+ (\S+)$/gm;

/** Directories of this process's own group and of those around it, as far as they can be seen. */
export function groupsOf(controller: Controller, proc: string): readonly string[] {
  const own = readFigure(join(proc, 'self', 'cgroup'));
  const mounts = readFigure(join(proc, 'self', 'mountinfo')).matchAll(mounted);
  return [...mounts].flatMap(([, root = '/', place = '', version, options = '']) => {
    if (version === 'cgroup' && !options.split(',').includes(controller)) return [];
    const line = version === 'cgroup' ? lineOf(controller) : unifiedLine;
    const group = line.exec(own)?.[1];
    return group === undefined ? [] : downTo(place, posix.relative(root, group));
  });
}

/** Lines of `/proc/self/cgroup`, by version. */
const unifiedLine = /^0::(\/.*)$/m;
function lineOf(controller: Controller): RegExp {
  return new RegExp(`^\\d+:(?:[^:\\n]*,)?${controller}(?:,[^:\\n]*)?:(/.*)$`, 'm');
}

/** A container may see its own group as the root, and be told of it by its name outside. */
function downTo(place: string, group: string): readonly string[] {
  const names = group.startsWith('..') ? [] : group.split('/').filter((name) => name !== '');
  return [place, ...names.map((_, index) => join(place, ...names.slice(0, index + 1)))];
}

/** A file's text without blanks around it; empty where there is none. */
export function readFigure(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
