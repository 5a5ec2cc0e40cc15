/**
 * Splits a plan into parts of about the same length, for several hosts that each run one of them.
 * The parts depend on names, weights and the number of parts alone: not on the seed, the order in
 * which suites were loaded, or what a host can run.
 */

import type { Shard } from '../model/plan.js';

/** More parts than anybody has hosts. */
export const mostShards = 1000;

/** Reads `i/n` with 1 <= i <= n <= {@link mostShards}; undefined when it is not that. */
export function parseShard(text: string): Shard | undefined {
  const [, index, count] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (index === undefined || count === undefined) return undefined;
  return index >= 1 && index <= count && count <= mostShards ? { index, count } : undefined;
}

/** Something to be put into one of the parts. */
export interface Weighed {
  /** Unique. */
  readonly name: string;
  /** Predicted time; undefined counts as the median of the others. */
  readonly durationMs: number | undefined;
}

/** Times are compared in steps of this factor, so that noise between runs moves few cases. */
const coarseness = 1.5;

/**
 * The part, from 1 on, that each name belongs to. Longest first, each to the part with the least to
 * do (Graham's LPT rule: the longest part is at most 4/3 of the best possible).
 */
export function assignShards(items: readonly Weighed[], count: number): Map<string, number> {
  const median = medianOf(items.flatMap(({ durationMs }) => durationMs ?? [])) ?? 1;
  const weighed = items.map(({ name, durationMs }) => {
    return { name, weight: coarse(durationMs ?? median) };
  });
  weighed.sort((a, b) => b.weight - a.weight || compareText(a.name, b.name));
  const loads = Array.from({ length: count }, () => 0);
  return new Map(weighed.map(({ name, weight }) => [name, takeLeast(loads, weight) + 1]));
}

function coarse(durationMs: number): number {
  return coarseness ** Math.round(Math.log(Math.max(1, durationMs)) / Math.log(coarseness));
}

/** Adds the weight to the least load and returns its place; the first one of several. */
function takeLeast(loads: number[], weight: number): number {
  const least = loads.indexOf(Math.min(...loads));
  loads[least] = (loads[least] ?? 0) + weight;
  return least;
}

/** By code units: a locale would differ from host to host. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The middle value, the lower one of two; undefined of nothing. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1];
}
