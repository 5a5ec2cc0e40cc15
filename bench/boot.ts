/**
 * How long a cold boot takes, from the start of QEMU to the first answer over SSH, by firmware and
 * phase. One machine at a time, so that machines don't slow each other down.
 */

import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Firmware, Image } from '../harness/model/image.js';
import type { Phase } from '../harness/model/outcome.js';
import type { BootReport, Platform } from '../harness/model/platform.js';
import { defaultLimits } from '../harness/model/suite.js';
import { singleMachine } from '../harness/model/topology.js';
import { type BuildTime, readBuildTime } from '../images/reference/build-time.js';
import { formatSeconds, type Spread, spreadOf } from './statistics.js';

/** What to boot and how often. */
export interface BootBenchOptions {
  readonly image: Image;
  readonly platform: Platform;
  readonly directory: string;
  readonly samples: number;
  readonly signal: AbortSignal;
}

/** Times in milliseconds since the start of QEMU; `phasesMs` is when each phase began. */
export interface BootFigures {
  readonly firmware: Firmware;
  readonly samples: number;
  readonly readyMs: Spread;
  readonly phasesMs: Readonly<Partial<Record<Phase, Spread>>>;
}

/** Boots with each firmware that the image supports. Throws what the platform throws. */
export async function benchBoot(options: BootBenchOptions): Promise<readonly BootFigures[]> {
  const figures: BootFigures[] = [];
  for (const firmware of options.image.descriptor.firmware) {
    const reports: BootReport[] = [];
    for (let n = 1; n <= options.samples; n++) {
      reports.push(await bootOnce(options, { firmware, name: `${firmware}-${n}` }));
    }
    figures.push(figuresOf(firmware, reports));
  }
  return figures;
}

async function bootOnce(
  { platform, image, directory, signal }: BootBenchOptions,
  { firmware, name }: { readonly firmware: Firmware; readonly name: string },
): Promise<BootReport> {
  const artifactDirectory = join(directory, name);
  await mkdir(artifactDirectory, { recursive: true });
  const topology = singleMachine({ firmware, vcpus: 2, memoryMiB: 1024 });
  const request = { id: `bench-${name}`, artifactDirectory, image, topology };
  const quiet = { start: 'cold', limits: defaultLimits, onEvent: () => undefined } as const;
  await using cluster = await platform.provision({ ...request, ...quiet }, signal);
  const [report] = cluster.boots;
  if (report === undefined) throw new Error('the platform reported no boot');
  return report;
}

function figuresOf(firmware: Firmware, reports: readonly BootReport[]): BootFigures {
  const readyMs = spreadOf(reports.map((report) => report.readyMs));
  if (readyMs === undefined) throw new RangeError('give at least one sample');
  const phases = new Set(reports.flatMap(({ phasesMs }) => Object.keys(phasesMs) as Phase[]));
  const spreads = [...phases].map((phase) => {
    const times = reports.flatMap(({ phasesMs }) => phasesMs[phase] ?? []);
    return [phase, spreadOf(times)] as const;
  });
  return { firmware, samples: reports.length, readyMs, phasesMs: Object.fromEntries(spreads) };
}

/** What the image takes, and how long it took to build. */
export interface ImageFigures {
  /** Blocks that its disk occupies here (stat(2)), not the size that machines see. */
  readonly diskMiB: number;
  /** Undefined for an image that was not built here; `whole` is from the packages on. */
  readonly build?: BuildTime;
}

/** Throws when the image's disk can't be looked at. */
export async function imageFigures(image: Image, cacheDir: string): Promise<ImageFigures> {
  const { blocks } = await stat(join(image.directory, image.descriptor.disk.file));
  const build = await readBuildTime(cacheDir, image.directory);
  return { diskMiB: (blocks * 512) / 2 ** 20, ...(build && { build }) };
}

/** One line. */
export function renderImageFigures({ diskMiB, build }: ImageFigures): string {
  const what = build?.whole ? 'built from its packages' : 'built from cached trees';
  const time = build ? `, ${what} in ${(build.buildMs / 1000).toFixed(0)} s` : '';
  return `image: ${diskMiB.toFixed(0)} MiB on disk${time}\n`;
}

/** One block per firmware: when each phase began, median with minimum and maximum. */
export function renderBootFigures(figures: readonly BootFigures[]): string {
  const lines = figures.flatMap(({ firmware, samples, readyMs, phasesMs }) => [
    `${firmware}: power-on to first SSH answer ${formatSeconds(readyMs)}, ${samples} samples`,
    ...Object.entries(phasesMs).map(([phase, spread]) => {
      return `  ${phase.padEnd(10)} begins at ${formatSeconds(spread)}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}
