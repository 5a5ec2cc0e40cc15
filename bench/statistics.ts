/**
 * Median, minimum and maximum of samples: what every benchmark prints, since hosts are noisy.
 */

/** In the unit of the samples. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Undefined when there are no samples. */
export function spreadOf(samples: readonly number[]): Spread | undefined {
  const sorted = [...samples].sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (min === undefined || max === undefined || low === undefined || high === undefined) return;
  return { min, max, median: (low + high) / 2 };
}

/** Milliseconds as `12.3 s [11.9 to 13.0]`. */
export function formatSeconds(spread: Spread): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  return `${seconds(spread.median)} s [${seconds(spread.min)} to ${seconds(spread.max)}]`;
}
