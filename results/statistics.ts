/**
 * The statistics that history and comparison need: rates with honest bounds, and whether one set of
 * durations is larger than another beyond noise. Pure functions of numbers.
 */

/** A closed interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The quantile of the normal distribution for two-sided 95 %. */
const z95 = 1.959963984540054;

/**
 * The Wilson score interval of a rate, 95 % (Wilson, "Probable inference", JASA 22, 1927): sensible
 * for few trials and rates near 0 and 1, where the usual interval is not. Without trials [0, 1].
 */
export function wilsonInterval(successes: number, trials: number, z = z95): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const rate = successes / trials;
  const z2 = (z * z) / trials;
  const centre = (rate + z2 / 2) / (1 + z2);
  const half = (Math.sqrt((rate * (1 - rate)) / trials + z2 / (4 * trials)) * z) / (1 + z2);
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** The value below which `fraction` of the sample lies, by linear interpolation; NaN when empty. */
export function quantile(sample: readonly number[], fraction: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  const at = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** The middle of the sample; NaN when it is empty. */
export function median(sample: readonly number[]): number {
  return quantile(sample, 0.5);
}

/** The answer of {@link mannWhitney}; `u` counts pairs in which `a` is larger, ties as a half. */
export interface MannWhitney {
  readonly u: number;
  /** Two-sided. */
  readonly p: number;
}

/** Up to this many pairs of values the distribution of U is counted out. */
const exactPairs = 900;

/**
 * The Mann-Whitney U test, two-sided (Mann and Whitney, "On a test of whether one of two random
 * variables is stochastically larger than the other", 1947). Exact for small samples without ties;
 * otherwise the normal approximation with the corrections for ties and continuity. 1 when a sample
 * is empty.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): MannWhitney {
  const pairs = a.length * b.length;
  const u = countLarger(a, b);
  if (pairs === 0) return { u, p: 1 };
  const isExact = pairs <= exactPairs && !hasTies([...a, ...b]);
  return { u, p: isExact ? exactP(u, a.length, b.length) : normalP(u, a, b) };
}

/** Years of samples may be compared: pair by pair would take their square. */
function countLarger(a: readonly number[], b: readonly number[]): number {
  const sorted = [...b].sort((x, y) => x - y);
  const countOf = (holds: (y: number) => boolean) => firstWithout(sorted, holds);
  return a.reduce((sum, x) => sum + (countOf((y) => y < x) + countOf((y) => y <= x)) / 2, 0);
}

/** How many of the sorted values it holds for, which are the first ones. */
function firstWithout(sorted: readonly number[], holds: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function hasTies(values: readonly number[]): boolean {
  return new Set(values).size < values.length;
}

/** The chance of a U at least as far from its mean, counting the orders of the pooled sample. */
function exactP(u: number, n: number, m: number): number {
  const counts = orderCounts(n, m);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const extreme = Math.max(u, n * m - u);
  const tail = counts.slice(extreme).reduce((sum, count) => sum + count, 0);
  return Math.min(1, (2 * tail) / total);
}

/**
 * How many orders of n and m values give each U: the coefficients of the Gaussian binomial, as the
 * product over i of (1 - q^(m+i)) / (1 - q^i).
 */
function orderCounts(n: number, m: number): number[] {
  const size = n * m + 1;
  const counts = [1, ...Array.from({ length: size - 1 }, () => 0)];
  for (let i = 1; i <= n; i++) {
    for (let at = size - 1; at >= m + i; at--)
      counts[at] = at0(counts, at) - at0(counts, at - m - i);
    for (let at = i; at < size; at++) counts[at] = at0(counts, at) + at0(counts, at - i);
  }
  return counts;
}

function at0(values: readonly number[], index: number): number {
  return values[index] ?? 0;
}

function normalP(u: number, a: readonly number[], b: readonly number[]): number {
  const [n, m] = [a.length, b.length];
  const all = n + m;
  const variance = ((n * m) / 12) * (all + 1 - tieTerm([...a, ...b]) / (all * (all - 1)));
  if (!(variance > 0)) return 1;
  const distance = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5);
  return Math.min(1, 2 * upperTail(distance / Math.sqrt(variance)));
}

function tieTerm(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum + count ** 3 - count, 0);
}

/**
 * The upper tail of the standard normal distribution for z >= 0, from the series of the error
 * function near 0 and its continued fraction further out (Abramowitz and Stegun, 26.2.10 and
 * 26.2.14).
 */
function upperTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z > 3) {
    let fraction = z;
    for (let k = 60; k >= 1; k--) fraction = z + k / fraction;
    return density / fraction;
  }
  let [term, sum] = [z, z];
  for (let k = 1; k < 100; k++) {
    term *= (z * z) / (2 * k + 1);
    sum += term;
  }
  return 0.5 - density * sum;
}

/** What counts as slower: all three must hold. */
export interface SlowdownRule {
  readonly p: number;
  /** Of the medians, new over old. */
  readonly ratio: number;
  /** In the unit of the samples. */
  readonly difference: number;
}

/** How two samples of durations compare. */
export interface DurationChange {
  readonly before: number;
  readonly after: number;
  readonly p: number;
  /** `untold` when no outcome of the test could have told with so few values. */
  readonly kind: 'slower' | 'faster' | 'same' | 'untold';
}

/** Compares by test and effect, since with many values every trifle is significant. */
export function compareDurations(
  before: readonly number[],
  after: readonly number[],
  rule: SlowdownRule,
): DurationChange {
  const { p } = mannWhitney(after, before);
  const medians = { before: median(before), after: median(after) };
  if (smallestP(before.length, after.length) > rule.p) return { ...medians, p, kind: 'untold' };
  const [low, high] = [Math.min(...Object.values(medians)), Math.max(...Object.values(medians))];
  const isLarge = high - low >= rule.difference && high >= low * rule.ratio;
  if (p > rule.p || !isLarge) return { ...medians, p, kind: 'same' };
  return { ...medians, p, kind: medians.after > medians.before ? 'slower' : 'faster' };
}

/** The p of the clearest outcome that samples of these sizes can have: two of all orders. */
function smallestP(n: number, m: number): number {
  if (n === 0 || m === 0) return 1;
  let orders = 1;
  for (let i = 1; i <= Math.min(n, m); i++) orders *= (Math.max(n, m) + i) / i;
  return Math.min(1, 2 / orders);
}
