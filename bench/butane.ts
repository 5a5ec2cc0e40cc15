/**
 * What translating a large Butane config costs: a tree of files, half of them text, half of them
 * random bytes, embedded into an Ignition config.
 */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { translateButane } from '../platforms/butane/butane.js';
import { type Spread, spreadOf } from './statistics.js';

/** How large a tree, and how often it is translated. */
export interface ButaneBenchOptions {
  readonly sizeMiB: number;
  readonly samples: number;
  readonly signal: AbortSignal;
}

/** Times in milliseconds. */
export interface ButaneFigures {
  readonly sizeMiB: number;
  readonly files: number;
  readonly samples: number;
  /** From the text of the config to the JSON of the Ignition config. */
  readonly translateMs: Spread;
  /** The same in processor time, which a busy host does not stretch. */
  readonly processorMs: Spread;
  /** The size of that JSON. */
  readonly outputMiB: number;
  /** The most that the whole process ever had, Node itself included. */
  readonly peakMemoryMiB: number;
}

const config = 'variant: flatcar\nversion: 1.1.0\nstorage:\n  trees:\n    - local: tree\n';
const fileKiB = 64;

/** Makes the tree in a directory of its own, translates it as often as asked, removes it. */
export async function benchButane(options: ButaneBenchOptions): Promise<ButaneFigures> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-bench-'));
  try {
    const files = (options.sizeMiB * 1024) / fileKiB;
    await writeTree(join(directory, 'tree'), files);
    const samples = Array.from({ length: options.samples }, () => sample(directory, options));
    const spread = spreadOf(samples.map(({ ms }) => ms));
    const processor = spreadOf(samples.map(({ processorMs }) => processorMs));
    if (!spread || !processor) throw new RangeError('no samples');
    return {
      sizeMiB: options.sizeMiB,
      files,
      samples: options.samples,
      translateMs: spread,
      processorMs: processor,
      outputMiB: Math.ceil((samples[0]?.bytes ?? 0) / 2 ** 20),
      peakMemoryMiB: Math.ceil(process.resourceUsage().maxRSS / 1024),
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

function sample(filesDir: string, { signal }: ButaneBenchOptions) {
  signal.throwIfAborted();
  const start = performance.now();
  const before = process.cpuUsage();
  const { config: translated, failure } = translateButane(config, { filesDir });
  const bytes = JSON.stringify(translated).length;
  if (failure !== undefined) throw new Error(failure);
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - start, processorMs: (user + system) / 1000, bytes };
}

async function writeTree(directory: string, files: number): Promise<void> {
  await mkdir(directory);
  for (let index = 0; index < files; index += 1) {
    const contents = index % 2 === 0 ? textOf(index) : randomOf(index);
    await writeFile(join(directory, `${String(index).padStart(4, '0')}.dat`), contents);
  }
}

function textOf(index: number): string {
  const line = (at: number) => `${index}.${at} = "a setting of service ${(at * 7919) % 1000}"\n`;
  const lines = Array.from({ length: 2000 }, (_, at) => line(at)).join('');
  return lines.slice(0, fileKiB * 1024);
}

/** Bytes that no compressor shortens, the same in every run (xorshift). */
function randomOf(seed: number): Uint8Array {
  let state = seed + 1;
  return Uint8Array.from({ length: fileKiB * 1024 }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  });
}

/** The figures as a table. */
export function renderButaneFigures(figures: ButaneFigures): string {
  const ms = ({ median, min, max }: Spread) =>
    `${median.toFixed(0)} ms [${min.toFixed(0)} to ${max.toFixed(0)}]`;
  return [
    `a tree of ${figures.sizeMiB} MiB in ${figures.files} files, ${figures.samples} samples`,
    `  translate      ${ms(figures.translateMs)}`,
    `  processor      ${ms(figures.processorMs)}`,
    `  output         ${figures.outputMiB} MiB`,
    `  peak memory    ${figures.peakMemoryMiB} MiB`,
    '',
  ].join('\n');
}
