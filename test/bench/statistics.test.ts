/**
 * Medians of odd and even numbers of samples, and none of nothing.
 */

import t from 'tap';
import { formatSeconds, spreadOf } from '../../bench/statistics.js';

t.test('median, minimum and maximum', async (t) => {
  t.same(spreadOf([3, 1, 2]), { min: 1, median: 2, max: 3 });
  t.same(spreadOf([4, 1, 2, 3]), { min: 1, median: 2.5, max: 4 });
  t.same(spreadOf([5]), { min: 5, median: 5, max: 5 });
  t.equal(spreadOf([]), undefined);
});

t.test('milliseconds are printed as seconds', async (t) => {
  t.equal(formatSeconds({ median: 12_340, min: 11_900, max: 13_049 }), '12.3 s [11.9 to 13.0]');
});
