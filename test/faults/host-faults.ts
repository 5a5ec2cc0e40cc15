/**
 * A host that runs out of something. No image is to blame, and nobody is killed by the kernel.
 */

import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault, Taken } from './fault.js';
import type { Lab } from './lab.js';

/**
 * The run directory on a file system of its own, in a namespace that needs no rights: large enough to
 * begin with, and as small as what is in it once a case has started.
 */
const shrinkingDisk = (directory: string) => [
  ...['unshare', '--map-root-user', '--mount', 'sh', '-c'],
  `mount -t tmpfs -o size=8g none "$0" || exit 1
   { until grep -q attempt-started "$0"/*/events.jsonl 2>/dev/null; do sleep 0.05; done
     mount -o remount,size="$(du -sk "$0" | cut -f1)k" none "$0"; } &
   exec "$@"`,
  directory,
];

async function diskFull(lab: Lab): Promise<Taken> {
  const runs = join(lab.directory, 'small');
  await mkdir(runs, { recursive: true });
  const args = ['run', 'identity/os-release', '--plain', '--runs', runs];
  const startedMs = performance.now();
  const { exitCode, output } = await lab.command(args, { wrapper: shrinkingDisk(runs) }).end;
  const tookMs = performance.now() - startedMs;
  const said = /no space left|disk is full/i.test(output) ? 'says why' : output.slice(-300);
  return { seen: `exit ${exitCode}, ${said}`, tookMs };
}

/** Room for one machine and the harness. */
const groupBytes = 1_600 * 2 ** 20;

/** In the memory controller of the second or first version, whichever the host has. */
async function withLimitedMemory<T>(
  use: (wrapper: readonly string[]) => Promise<T>,
): Promise<{ readonly result: T; readonly killed: number }> {
  const modern = await readFile('/sys/fs/cgroup/cgroup.controllers', 'utf8').catch(() => undefined);
  const group = `/sys/fs/cgroup/${modern === undefined ? 'memory/' : ''}yard-faults-${process.pid}`;
  const limit = modern === undefined ? 'memory.limit_in_bytes' : 'memory.max';
  const events = modern === undefined ? 'memory.oom_control' : 'memory.events';
  await mkdir(group);
  try {
    await writeFile(join(group, limit), String(groupBytes));
    const enter = ['sh', '-c', `echo $$ > ${join(group, 'cgroup.procs')} && exec "$@"`, 'sh'];
    const result = await use(enter);
    const killed = /^oom_kill (\d+)$/m.exec(await readFile(join(group, events), 'utf8'))?.[1];
    return { result, killed: Number(killed ?? 0) };
  } finally {
    await rmdir(group);
  }
}

async function littleMemory(lab: Lab): Promise<Taken> {
  const args = ['run', 'identity/*', '--plain', '--runs', lab.runs];
  const startedMs = performance.now();
  const { result, killed } = await withLimitedMemory(
    async (wrapper) => await lab.command(args, { wrapper }).end,
  );
  const tookMs = performance.now() - startedMs;
  const why = result.exitCode === 0 ? '' : ` (${result.output.slice(-300)})`;
  return { seen: `exit ${result.exitCode}, ${killed} killed${why}`, tookMs };
}

export const hostFaults: readonly Fault[] = [
  {
    id: 'host/disk-full',
    describes:
      'The disk where runs are kept fills up in a run: the command says so, without a verdict.',
    expect: 'exit 3, says why',
    boundMs: 60_000,
    strike: diskFull,
  },
  {
    id: 'host/little-memory',
    describes: 'A container with room for one machine: the cases take turns.',
    expect: 'exit 0, 0 killed',
    boundMs: 600_000,
    strike: littleMemory,
  },
];
