/**
 * What a verdict costs over a long past: five releases, each run every day on every platform until the
 * next came, all of it signed, and the history of those 90 days.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { evaluate, type GateVerdict } from '../results/gate/evaluate.js';
import { readGateRequest } from '../results/gate/read-request.js';
import { LongPast, now, type PastSize } from './long-past.js';
import { type Spread, spreadOf } from './statistics.js';

/** How much there is, and how often it is judged. */
export interface GateBenchOptions extends PastSize {
  readonly samples: number;
  readonly signal: AbortSignal;
}

/** Times in milliseconds. */
export interface GateFigures extends PastSize {
  readonly samples: number;
  readonly runs: number;
  readonly megabytes: number;
  readonly verdict: string;
  /** Reading, checking signatures and shapes. */
  readonly readMs: Spread;
  /** The verdict by all kinds of rules, its digests included. */
  readonly judgeMs: Spread;
  readonly totalMs: Spread;
  /** Processor time of both: on a busy host this tells more than the clock. */
  readonly cpuMs: Spread;
  /** The most that the whole process ever had, Node itself included. */
  readonly peakMemoryMiB: number;
}

interface Sample {
  readonly readMs: number;
  readonly judgeMs: number;
  readonly cpuMs: number;
  readonly verdict: GateVerdict;
}

/** Makes the gate, judges its newest release, and removes it. */
export async function benchGate(options: GateBenchOptions): Promise<GateFigures> {
  const { releases, suites, platforms, days } = options;
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-gate-'));
  try {
    const world = new LongPast(directory, options);
    await world.write();
    const samples: Sample[] = [];
    for (let sample = 0; sample < options.samples; sample += 1) {
      options.signal.throwIfAborted();
      samples.push(await judgeNewest(directory, world, releases));
    }
    const of = (pick: (sample: Sample) => number) => spread(samples.map(pick));
    return {
      ...{ releases, suites, platforms, days, samples: samples.length },
      runs: world.runs,
      megabytes: world.bytes / 1e6,
      verdict: samples[0]?.verdict.verdict ?? 'none',
      readMs: of(({ readMs }) => readMs),
      judgeMs: of(({ judgeMs }) => judgeMs),
      totalMs: of(({ readMs, judgeMs }) => readMs + judgeMs),
      cpuMs: of(({ cpuMs }) => cpuMs),
      peakMemoryMiB: Math.ceil(process.resourceUsage().maxRSS / 1024),
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** The last release, while the one before it is in the channel. */
async function judgeNewest(directory: string, world: LongPast, releases: number): Promise<Sample> {
  const { version, images } = world.candidate(releases - 2);
  const currently = { version, images: [...images] };
  const past = { currently, promotions: [], revocations: [], knownRuns: [] };
  const question = { version: world.candidate(releases - 1).version, to: 'beta', now };
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  const request = await readGateRequest(directory, { ...question, ...past });
  const readAtMs = performance.now();
  const verdict = evaluate(request);
  const judgeMs = performance.now() - readAtMs;
  const cpu = process.cpuUsage(cpuBefore);
  const cpuMs = (cpu.user + cpu.system) / 1000;
  return { readMs: readAtMs - startedMs, judgeMs, cpuMs, verdict };
}

function spread(values: readonly number[]): Spread {
  const found = spreadOf(values);
  if (!found) throw new RangeError('give at least one sample');
  return found;
}

/** One line per figure: median with minimum and maximum. */
export function renderGateFigures(figures: GateFigures): string {
  const show = ({ median, min, max }: Spread) => {
    return `${median.toFixed(0)} ms [${min.toFixed(0)} to ${max.toFixed(0)}]`;
  };
  const { releases, suites, platforms, days, samples, runs, megabytes, verdict } = figures;
  return [
    `${releases} releases, ${suites} suites, ${platforms} platforms, ${days} days, ${samples} samples`,
    `  evidence       ${runs} signed runs, ${megabytes.toFixed(0)} MB in all; ${verdict}`,
    `  read           ${show(figures.readMs)}`,
    `  judge          ${show(figures.judgeMs)}`,
    `  both           ${show(figures.totalMs)}`,
    `  processor      ${show(figures.cpuMs)}`,
    `  peak memory    ${figures.peakMemoryMiB} MiB`,
    '',
  ].join('\n');
}
