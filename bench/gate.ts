/**
 * What `yard gate check` costs over a long past: signed runs of releases on every platform, the history of
 * those days, a channel, and a ledger with a verdict for each day.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { GateVerdict } from '../results/gate/evaluate.js';
import { check } from '../results/gate/promote.js';
import { LongPast } from './long-past.js';
import { contextOf } from './past-ledger.js';
import { candidateOf, type PastSize } from './past-values.js';
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
  readonly cases: number;
  /** Of the ledger. */
  readonly records: number;
  readonly megabytes: number;
  readonly verdict: string;
  /** The whole of `check`: ledger, channels, evidence with its signatures, every rule. */
  readonly checkMs: Spread;
  /** Processor time of it: on a busy host this tells more than the clock. */
  readonly cpuMs: Spread;
  /** The most that the process ever had, Node itself and the making of the past included. */
  readonly peakMemoryMiB: number;
}

interface Sample {
  readonly checkMs: number;
  readonly cpuMs: number;
  readonly verdict: GateVerdict;
}

/** Makes the gate, judges its newest release, and removes it. */
export async function benchGate(options: GateBenchOptions): Promise<GateFigures> {
  const { samples: wanted, signal, ...size } = options;
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-gate-'));
  try {
    const past = new LongPast(directory, size);
    await past.write(signal);
    const samples: Sample[] = [];
    for (let sample = 0; sample < wanted; sample += 1) {
      signal.throwIfAborted();
      samples.push(await checkNewest(directory, size, signal));
    }
    const { runs, cases, records, bytes } = past;
    return {
      ...{ ...size, samples: wanted, runs, cases, records, megabytes: bytes / 1e6 },
      verdict: samples[0]?.verdict.verdict ?? 'none',
      checkMs: spread(samples.map(({ checkMs }) => checkMs)),
      cpuMs: spread(samples.map(({ cpuMs }) => cpuMs)),
      peakMemoryMiB: Math.ceil(process.resourceUsage().maxRSS / 1024),
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** The last release, while the one before it is in the channel. */
async function checkNewest(
  directory: string,
  { releases }: PastSize,
  signal: AbortSignal,
): Promise<Sample> {
  const { version } = candidateOf(releases - 1);
  const context = contextOf(directory, signal);
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  const verdict = await check({ version, to: 'beta' }, context);
  const checkMs = performance.now() - startedMs;
  const cpu = process.cpuUsage(cpuBefore);
  return { checkMs, cpuMs: (cpu.user + cpu.system) / 1000, verdict };
}

function spread(values: readonly number[]): Spread {
  const found = spreadOf(values);
  if (!found) throw new RangeError('give at least one sample');
  return found;
}

/** What `--check` allows: the goal for a verdict over 90 days. */
export const mostGateMs = 2000;

/** What is beyond the bound, in words; empty where nothing is. Of processor time: hosts are noisy. */
export function gateShortfalls({
  cpuMs,
}: {
  readonly cpuMs: Pick<Spread, 'median'>;
}): readonly string[] {
  if (cpuMs.median <= mostGateMs) return [];
  const seen = cpuMs.median.toFixed(0);
  return [`a verdict takes ${seen} ms of a processor, ${mostGateMs} at most`];
}

const whichRan = { one: 'one release a day', all: 'every release every day' } as const;

/** One line per figure: median with minimum and maximum. */
export function renderGateFigures(figures: GateFigures): string {
  const show = ({ median, min, max }: Spread) => {
    return `${median.toFixed(0)} ms [${min.toFixed(0)} to ${max.toFixed(0)}]`;
  };
  const { releases, suites, platforms, days, samples, runs, cases, records, megabytes } = figures;
  const past = `${releases} releases, ${suites} suites, ${platforms} platforms, ${days} days`;
  return [
    `${past}, ${whichRan[figures.daily]}; ${samples} samples`,
    `  evidence       ${runs} signed runs of ${cases} cases, ${records} records in the ledger`,
    `  in all         ${megabytes.toFixed(0)} MB; ${figures.verdict}`,
    `  check          ${show(figures.checkMs)}`,
    `  processor      ${show(figures.cpuMs)}`,
    `  peak memory    ${figures.peakMemoryMiB} MiB`,
    '',
  ].join('\n');
}
