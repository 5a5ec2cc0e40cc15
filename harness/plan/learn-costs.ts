/**
 * What earlier runs let expect of the cases of the next one: how long they take and what they take
 * from the host. Pure: reads records, decides nothing about admission.
 */

import type { Case, Forecast } from '../model/plan.js';
import type { BootReport } from '../model/platform.js';
import type { AttemptRecord, CaseRecord, RunRecord } from '../model/record.js';
import { medianOf } from './shard.js';

/** Which attempts of the past are like those to come. */
export interface LearnOptions {
  /** Only runs with this accelerator; undefined takes all. */
  readonly accelerator?: string | undefined;
  /** False when all machines are to boot cold: what forks took says nothing then. */
  readonly fork?: boolean;
}

/** How many of the newest samples count: what a suite did long ago may have changed. */
const mostSamples = 10;

/** What each suite took, by its name with platform and firmware. Times are medians, the rest maxima. */
export type Costs = ReadonlyMap<string, Forecast>;

/** Tells what to expect of a case; undefined when no run was like it. */
export type Forecaster = (
  planned: Pick<Case, 'suite' | 'firmware' | 'platform'>,
) => Forecast | undefined;

/** The first of them that knows the case is believed. */
export function forecasterOf(...known: readonly Costs[]): Forecaster {
  return (planned) => {
    const key = keyOf(planned);
    return known.find((costs) => costs.has(key))?.get(key);
  };
}

/** Learns from records, newest first. Attempts that passed count, of a suite without any those that failed. */
export function learnCosts(records: readonly RunRecord[], options: LearnOptions = {}): Costs {
  const samples = new Map<string, AttemptRecord[]>();
  for (const record of records.filter((one) => isLike(one, options))) {
    for (const one of record.cases) addSamples(samples, one, options);
  }
  const forecasts = [...samples].flatMap(([key, attempts]) => {
    const forecast = forecastFrom(attempts);
    return forecast ? [[key, forecast] as const] : [];
  });
  return new Map(forecasts);
}

function isLike({ host }: RunRecord, { accelerator }: LearnOptions): boolean {
  return accelerator === undefined || host.accelerator.name === accelerator;
}

/** Repetitions of a suite are the same suite, and so is another image that it runs on. */
function keyOf({ suite, firmware, platform }: Parameters<Forecaster>[0]): string {
  return `${suite}@${platform}-${firmware}`;
}

function addSamples(
  samples: Map<string, AttemptRecord[]>,
  one: CaseRecord,
  { fork = true }: LearnOptions,
): void {
  const key = keyOf(one);
  const known = samples.get(key) ?? [];
  samples.set(key, known);
  const isCold = ({ start }: BootReport) => start === 'cold';
  known.push(...one.attempts.filter(({ boots }) => fork || boots.every(isCold)));
}

function forecastFrom(attempts: readonly AttemptRecord[]): Forecast | undefined {
  const passed = attempts.filter(({ outcome }) => outcome === 'passed');
  const ended = passed.length > 0 ? passed : attempts.filter(({ outcome }) => outcome === 'failed');
  const recent = ended.slice(0, mostSamples);
  const durationMs = medianOf(recent.flatMap((one) => one.durationMs ?? []));
  if (durationMs === undefined) return undefined;
  const measured = recent.flatMap(({ usage, durationMs: ms }) =>
    usage && ms ? [{ ...usage, ms }] : [],
  );
  if (measured.length === 0) return { durationMs };
  const memoryMiB = Math.max(...measured.map(({ peakMemoryMiB }) => peakMemoryMiB));
  const vcpus = Math.max(...measured.map(({ cpuSeconds, ms }) => (cpuSeconds * 1000) / ms));
  return { durationMs, memoryMiB: Math.ceil(memoryMiB), vcpus: Math.round(vcpus * 100) / 100 };
}
