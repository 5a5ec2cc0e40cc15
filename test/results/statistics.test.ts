/**
 * Known answers and laws. Wilson: Newcombe, "Two-sided confidence intervals for the single
 * proportion", Statistics in Medicine 17, 1998, table I. Mann-Whitney: the example of SciPy's
 * `mannwhitneyu`, and small samples counted by hand.
 */

import fc from 'fast-check';
import t from 'tap';
import {
  compareDurations,
  mannWhitney,
  median,
  quantile,
  wilsonInterval,
} from '../../results/statistics.js';

function isNear(value: number, wanted: number, tolerance = 1e-9): boolean {
  return Math.abs(value - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
}

t.test('Wilson, known answers', async (t) => {
  const table: readonly [number, number, number, number][] = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ];
  for (const [hits, trials, low, high] of table) {
    const interval = wilsonInterval(hits, trials);
    t.ok(Math.abs(interval.low - low) < 6e-5, `${hits}/${trials}: ${interval.low}`);
    t.ok(Math.abs(interval.high - high) < 6e-5, `${hits}/${trials}: ${interval.high}`);
  }
  t.same(wilsonInterval(0, 0), { low: 0, high: 1 });
});

const trials = fc.integer({ min: 1, max: 5000 });

t.test('Wilson, laws: it holds the rate, is symmetric, and narrows', async (t) => {
  const property = fc.property(trials, fc.double({ min: 0, max: 1, noNaN: true }), (n, part) => {
    const hits = Math.round(n * part);
    const { low, high } = wilsonInterval(hits, n);
    const mirrored = wilsonInterval(n - hits, n);
    const more = wilsonInterval(hits * 4, n * 4);
    return (
      low >= 0 &&
      high <= 1 &&
      low <= hits / n + 1e-12 &&
      hits / n <= high + 1e-12 &&
      isNear(mirrored.low, 1 - high) &&
      more.high - more.low < high - low
    );
  });
  t.doesNotThrow(() => fc.assert(property));
});

t.test('Mann-Whitney, known answers', async (t) => {
  const table: readonly [readonly number[], readonly number[], number, number][] = [
    [[19, 22, 16, 29, 24], [20, 11, 17, 12], 17, 0.1111111111111111],
    [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], 0, 0.007936507936507936],
    [[1], [2], 0, 1],
    [[1, 1, 2, 2], [2, 2, 3, 3], 2, 0.0863597396],
    [[5, 5, 5], [5, 5, 5], 4.5, 1],
    [[], [1], 0, 1],
  ];
  for (const [a, b, u, p] of table) {
    const answer = mannWhitney(a, b);
    t.equal(answer.u, u, `U of ${a} and ${b}`);
    t.ok(isNear(answer.p, p, 1e-6), `p of ${a} and ${b}: ${answer.p}, wanted ${p}`);
  }
});

/** All orders of n and m values, the direct way, for small samples. */
function directP(u: number, n: number, m: number): number {
  const sizes = Array.from({ length: 2 ** (n + m) }, (_, bits) => bits)
    .map((bits) => [...bits.toString(2).padStart(n + m, '0')])
    .filter((order) => order.filter((one) => one === '1').length === n)
    .map((order) => {
      let [below, sum] = [0, 0];
      for (const one of order) {
        if (one === '0') below += 1;
        else sum += below;
      }
      return sum;
    });
  const far = Math.abs(u - (n * m) / 2);
  return sizes.filter((one) => Math.abs(one - (n * m) / 2) >= far).length / sizes.length;
}

const distinct = fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 10 });

t.test('Mann-Whitney, laws', async (t) => {
  const counted = fc.property(distinct, fc.nat(), (values, at) => {
    const split = 1 + (at % (values.length - 1));
    const [a, b] = [values.slice(0, split), values.slice(split)];
    const { u, p } = mannWhitney(a, b);
    const other = mannWhitney(b, a);
    const shifted = mannWhitney(
      a.map((x) => 3 * x + 7),
      b.map((x) => 3 * x + 7),
    );
    return (
      isNear(p, directP(u, a.length, b.length)) &&
      u + other.u === a.length * b.length &&
      isNear(p, other.p) &&
      isNear(p, shifted.p)
    );
  });
  t.doesNotThrow(() => fc.assert(counted));
  const sample = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 60 });
  const bounded = fc.property(sample, sample, (a, b) => {
    const { p } = mannWhitney(a, b);
    return p >= 0 && p <= 1;
  });
  t.doesNotThrow(() => fc.assert(bounded));
});

t.test('on equal distributions it is rarely significant', async (t) => {
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const sample = () => Array.from({ length: 40 }, random);
  const hits = Array.from({ length: 400 }, () => mannWhitney(sample(), sample()).p < 0.05);
  const rate = hits.filter(Boolean).length / hits.length;
  t.ok(rate > 0.02 && rate < 0.09, `${rate} of comparisons`);
});

t.test('quantiles', async (t) => {
  t.equal(median([3, 1, 2]), 2);
  t.equal(median([4, 1, 2, 3]), 2.5);
  t.equal(quantile([1, 2, 3, 4, 5], 0.95), 4.8);
  t.ok(Number.isNaN(median([])));
});

t.test('slower means significant and large', async (t) => {
  const rule = { p: 0.05, ratio: 1.15, difference: 2000 };
  const around = (ms: number) => [-300, -200, -100, 0, 100, 200, 300].map((off) => ms + off);
  const kind = (before: readonly number[], after: readonly number[]) =>
    compareDurations(before, after, rule).kind;
  t.equal(kind(around(10_000), around(20_000)), 'slower');
  t.equal(kind(around(20_000), around(10_000)), 'faster');
  t.equal(kind(around(10_000), around(10_700)), 'same', 'significant, and a trifle');
  t.equal(kind(around(100_000), around(103_000)), 'same', '3 s of 100 are a trifle');
  t.equal(kind(around(1000), around(2500)), 'same', '1.5 s are a trifle');
  t.equal(kind([10_000], [99_000]), 'untold', 'one run each tells nothing');
  t.equal(kind([10_000, 10_001], [99_000, 99_001]), 'untold');
});
