/**
 * Whether a case fails more often than it did: only where chance alone would hardly do it.
 */

import { type Failures, fisherExact } from './count-statistics.js';

/** Where the rate of failures goes. */
export type Direction = 'rising' | 'falling' | 'steady';

/** The later half of the attempts against the earlier one. */
export interface Trend {
  /** The rate of failures in the later half minus that in the earlier half. */
  readonly trend: number;
  /** `steady` unless the halves differ at 5 %, by Fisher's exact test. */
  readonly direction: Direction;
}

/** One-sided each, 5 % together. */
const significance = 0.025;

/** `failed` has one entry per attempt, oldest first, at least two. */
export function trendOf(failed: readonly boolean[]): Trend {
  const half = Math.floor(failed.length / 2);
  const [earlier, later] = [countOf(failed.slice(0, half)), countOf(failed.slice(half))];
  const trend = later.failed / later.trials - earlier.failed / earlier.trials;
  return { trend, direction: directionOf(earlier, later) };
}

function countOf(part: readonly boolean[]): Failures {
  return { failed: part.filter(Boolean).length, trials: part.length };
}

function directionOf(earlier: Failures, later: Failures): Direction {
  if (fisherExact(later, earlier) < significance) return 'rising';
  return fisherExact(earlier, later) < significance ? 'falling' : 'steady';
}
