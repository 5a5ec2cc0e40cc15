/**
 * Statistics of counts against known answers, and what must hold of any counts.
 */

import fc from 'fast-check';
import t from 'tap';
import {
  binomialTail,
  fisherExact,
  rateLowerBound,
  rateUpperBound,
  sequentialTest,
  smallestFisher,
} from '../../results/count-statistics.js';

function near(actual: number, expected: number, within = 1e-6): boolean {
  return Math.abs(actual - expected) <= within;
}

const counts = fc
  .tuple(fc.nat(60), fc.nat(60))
  .map(([failed, passed]) => ({ failed, trials: failed + passed }));

t.test('Fisher: the lady tasting tea, and the convicted twins', async (t) => {
  // The Design of Experiments, 1935: 17 of 70 tables; 2 of 10 twins against 10 of 17 (p = 4.652e-4
  // for the other tail, Statistical Methods, table 1).
  t.ok(near(fisherExact({ failed: 3, trials: 4 }, { failed: 1, trials: 4 }), 17 / 70));
  t.ok(near(fisherExact({ failed: 4, trials: 4 }, { failed: 0, trials: 4 }), 1 / 70));
  t.ok(near(fisherExact({ failed: 10, trials: 13 }, { failed: 2, trials: 17 }), 4.6518e-4, 1e-7));
});

t.test('Fisher: nothing to compare with tells nothing', async (t) => {
  t.equal(fisherExact({ failed: 0, trials: 0 }, { failed: 3, trials: 9 }), 1);
  t.ok(near(fisherExact({ failed: 3, trials: 9 }, { failed: 0, trials: 0 }), 1));
});

t.test('Fisher: the smallest chance is that of all failures in one place', async (t) => {
  t.ok(near(smallestFisher({ failed: 1, trials: 4 }, { failed: 3, trials: 4 }), 1 / 70));
  t.ok(near(smallestFisher({ failed: 2, trials: 3 }, { failed: 0, trials: 3 }), 1 / 5));
  t.ok(near(smallestFisher({ failed: 2, trials: 2 }, { failed: 3, trials: 3 }), 1));
  const property = fc.property(counts, counts, (now, before) => {
    return smallestFisher(now, before) <= fisherExact(now, before) + 1e-9;
  });
  fc.assert(property);
});

t.test('Fisher: a chance, the smaller the more failures', async () => {
  const property = fc.property(counts, counts, (now, before) => {
    const p = fisherExact(now, before);
    if (!(p > 0 && p <= 1 + 1e-12)) return false;
    if (now.failed === now.trials) return true;
    return fisherExact({ ...now, failed: now.failed + 1 }, before) <= p + 1e-9;
  });
  fc.assert(property);
});

t.test('binomial: known tails and bounds', async (t) => {
  t.ok(near(binomialTail({ failed: 3, trials: 5 }, 0.5), 0.5));
  t.ok(near(binomialTail({ failed: 1, trials: 20 }, 0.01), 1 - 0.99 ** 20));
  // No failure among n: the bound is 1 - 0.05^(1/n), "the rule of three".
  t.ok(near(rateUpperBound({ failed: 0, trials: 30 }), 1 - 0.05 ** (1 / 30)));
  // Clopper and Pearson's two-sided 95 % for 1 of 10 is 0.0025 to 0.4450.
  t.ok(near(rateUpperBound({ failed: 1, trials: 10 }, 0.975), 0.445016, 1e-5));
  t.ok(near(rateLowerBound({ failed: 1, trials: 10 }, 0.975), 0.002529, 1e-5));
  t.equal(rateUpperBound({ failed: 0, trials: 0 }), 1);
  t.equal(rateLowerBound({ failed: 0, trials: 9 }), 0);
});

t.test('binomial: the bounds enclose the rate', async () => {
  const property = fc.property(counts, (seen) => {
    if (seen.trials === 0) return true;
    const rate = seen.failed / seen.trials;
    return rateLowerBound(seen) <= rate + 1e-9 && rateUpperBound(seen) >= rate - 1e-9;
  });
  fc.assert(property);
});

t.test('SPRT: known numbers of trials', async (t) => {
  const rule = { good: 0.01, bad: 0.1, alpha: 0.05, beta: 0.05 };
  // ln(0.05/0.95) / ln(0.9/0.99) = 30.9 passes accept, ln(19) / ln(10) = 1.28 failures refuse.
  t.equal(sequentialTest({ failed: 0, trials: 30 }, rule), 'continue');
  t.equal(sequentialTest({ failed: 0, trials: 31 }, rule), 'accept');
  t.equal(sequentialTest({ failed: 1, trials: 1 }, rule), 'continue');
  t.equal(sequentialTest({ failed: 2, trials: 2 }, rule), 'refuse');
});

t.test('SPRT: more failures never help', async () => {
  const order = ['accept', 'continue', 'refuse'];
  const rule = { good: 0.02, bad: 0.2, alpha: 0.05, beta: 0.1 };
  const property = fc.property(counts, ({ failed, trials }) => {
    if (failed === trials) return true;
    const [less, more] = [failed, failed + 1].map((one) => {
      return order.indexOf(sequentialTest({ failed: one, trials }, rule));
    });
    return (less ?? 0) <= (more ?? 0);
  });
  fc.assert(property);
});

t.test('what are no counts is refused', async (t) => {
  for (const failed of [-1, 0.5, 3, Number.NaN]) {
    t.throws(() => rateUpperBound({ failed, trials: 2 }), { name: 'RangeError' });
  }
  const rule = { good: 0.2, bad: 0.1, alpha: 0.05, beta: 0.05 };
  t.throws(() => sequentialTest({ failed: 0, trials: 0 }, rule), { name: 'RangeError' });
});
