/**
 * What forks gain over cold boots, in time and memory, all measured in one run: hosts are noisy, so
 * the ratio of medians of interleaved samples says more than any of the figures.
 */

import { mkdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { Image } from '../harness/model/image.js';
import type { Cluster, Platform } from '../harness/model/platform.js';
import { defaultLimits, type StartMode } from '../harness/model/suite.js';
import { singleMachine } from '../harness/model/topology.js';
import { listStates } from '../platforms/qemu/cluster-state.js';
import { formatSeconds, type Spread, spreadOf } from './statistics.js';

/** What to measure with. */
export interface ForkBenchOptions {
  readonly image: Image;
  readonly platform: Platform;
  readonly directory: string;
  readonly stateDirectory: string;
  readonly samples: number;
  readonly signal: AbortSignal;
}

/** Times are milliseconds from the start of QEMU to the first SSH command's answer. */
export interface ForkFigures {
  readonly samples: number;
  readonly coldMs: Spread;
  readonly firstBootMs: Spread;
  readonly forkMs: Spread;
  /** Median of cold boots over median of forks. */
  readonly ratio: number;
  /** Median of cold boots over median of forks from before Ignition. */
  readonly firstBootRatio: number;
  /** Private memory of the QEMU process of an idle fork. */
  readonly privateMiB: Spread;
  /** Forks of one template that were alive at once. */
  readonly herd: HerdFigures;
}

/** Of one herd; memory in MiB of all of them together, see `many-forks.ts`. */
export interface HerdFigures {
  readonly forks: number;
  readonly allReadyMs: number;
  readonly privateMiB: number;
  readonly pssMiB: number;
}

const herdSize = 16;

/** Takes a few minutes: each sample has a cold boot. Throws what the platform throws. */
export async function benchFork(options: ForkBenchOptions): Promise<ForkFigures> {
  const times: Record<StartMode, number[]> = { cold: [], 'first-boot': [], fork: [] };
  const privateMiB: number[] = [];
  // Both templates exist before anything is timed.
  await timed(options, 'fork', 'warm');
  for (let n = 1; n <= options.samples; n++) {
    for (const start of ['cold', 'first-boot', 'fork', 'fork', 'fork'] as const) {
      const sample = await timed(options, start, `${start}-${n}-${times[start].length}`);
      times[start].push(sample.readyMs);
      if (start === 'fork') privateMiB.push(sample.privateMiB);
    }
  }
  const [coldMs, firstBootMs, forkMs] = [times.cold, times['first-boot'], times.fork].map(spread);
  if (!coldMs || !firstBootMs || !forkMs) throw new RangeError('give at least one sample');
  return {
    samples: options.samples,
    ...{ coldMs, firstBootMs, forkMs },
    ratio: coldMs.median / forkMs.median,
    firstBootRatio: coldMs.median / firstBootMs.median,
    privateMiB: spread(privateMiB),
    herd: await herd(options, 'herd'),
  };
}

interface Sample {
  readonly readyMs: number;
  readonly privateMiB: number;
}

async function timed(options: ForkBenchOptions, start: StartMode, name: string): Promise<Sample> {
  await using cluster = await launch(options, start, name);
  const [boot] = cluster.boots;
  if (boot?.fallback) throw new Error(`no ${start} but a cold boot: ${boot.fallback}`);
  const readyMs = boot?.phasesMs.ssh ?? Number.NaN;
  return { readyMs, privateMiB: (await memoryOf(options, `bench-${name}`)).privateMiB };
}

/**
 * Starts sixteen forks of one template, as many at a time as the host has processors, measures them
 * while all are alive, and ends them. `name` is of the herd.
 */
export async function herd(options: ForkBenchOptions, name: string): Promise<HerdFigures> {
  const startedMs = performance.now();
  const names = Array.from({ length: herdSize }, (_, n) => `${name}-${n}`);
  const inTurn = pLimit(availableParallelism());
  const launches = await Promise.allSettled(
    names.map((fork) => inTurn(() => launch(options, 'fork', fork))),
  );
  const clusters = launches.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const allReadyMs = performance.now() - startedMs;
  try {
    const failed = launches.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
    const sizes = await Promise.all(names.map((fork) => memoryOf(options, `bench-${fork}`)));
    const sum = (what: keyof ProcessMemory) => sizes.reduce((all, one) => all + one[what], 0);
    const memory = { privateMiB: sum('privateMiB'), pssMiB: sum('pssMiB') };
    return { forks: clusters.length, allReadyMs, ...memory };
  } finally {
    await Promise.all(clusters.map((cluster) => cluster.tearDown({ timeoutMs: 30_000 })));
  }
}

async function launch(
  { platform, image, directory, signal }: ForkBenchOptions,
  start: StartMode,
  name: string,
): Promise<Cluster> {
  const artifactDirectory = join(directory, name);
  await mkdir(artifactDirectory, { recursive: true });
  const topology = singleMachine({ vcpus: 2, memoryMiB: 1024 });
  const request = { id: `bench-${name}`, artifactDirectory, image, topology, start };
  const quiet = { limits: defaultLimits, onEvent: () => undefined };
  return await platform.provision({ ...request, ...quiet }, signal);
}

interface ProcessMemory {
  readonly privateMiB: number;
  readonly pssMiB: number;
}

/**
 * Of the QEMU process of a living cluster, in MiB (proc(5), `smaps_rollup`). Clean pages aren't private:
 * they are the template's file in the host's page cache, which all forks share, however many map it
 * at the moment.
 */
async function memoryOf(
  { stateDirectory }: ForkBenchOptions,
  cluster: string,
): Promise<ProcessMemory> {
  const state = listStates(stateDirectory).find(({ data }) => data?.cluster === cluster);
  const pid = state?.data?.machines[0]?.process?.pid;
  if (pid === undefined) throw new Error(`${cluster} has no process`);
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mib = (field: string) => {
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? Number.NaN) / 1024;
  };
  return { privateMiB: mib('Private_Dirty'), pssMiB: mib('Pss') };
}

function spread(samples: readonly number[]): Spread {
  const found = spreadOf(samples);
  if (found === undefined) throw new RangeError('give at least one sample');
  return found;
}

/** A table with each figure's median, minimum and maximum. */
export function renderForkFigures(figures: ForkFigures): string {
  const { coldMs, firstBootMs, forkMs, ratio, firstBootRatio, privateMiB, herd } = figures;
  const mib = (value: number) => `${Math.round(value)} MiB`;
  const lines = [
    `process start to first SSH answer, ${figures.samples} rounds`,
    `  cold boot             ${formatSeconds(coldMs)}`,
    `  from before Ignition  ${formatSeconds(firstBootMs)}, ${firstBootRatio.toFixed(1)} times faster`,
    `  fork                  ${formatSeconds(forkMs)}, ${ratio.toFixed(1)} times faster`,
    `private memory of an idle fork ${mib(privateMiB.median)} ` +
      `[${mib(privateMiB.min)} to ${mib(privateMiB.max)}]`,
    `${herd.forks} forks alive at once: the last one ready after ${(herd.allReadyMs / 1000).toFixed(1)} s, ` +
      `${mib(herd.privateMiB)} private memory together`,
  ];
  return `${lines.join('\n')}\n`;
}
