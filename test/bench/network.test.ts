/**
 * What the switch may cost, by the figures of the benchmark that measures it.
 */

import t from 'tap';
import { networkShortfalls } from '../../bench/network.js';

t.test('half of the throughput, and twice the latency', async (t) => {
  t.strictSame(networkShortfalls({ throughputRatio: 0.5, latencyRatio: 2 }), []);
  t.strictSame(networkShortfalls({ throughputRatio: 0.494, latencyRatio: 2.1 }), [
    "throughput is 0.49 of a direct link's, 0.5 at least",
    "latency is 2.10 times a direct link's, 2 at most",
  ]);
  const none = networkShortfalls({ throughputRatio: Number.NaN, latencyRatio: Number.NaN });
  t.equal(none.length, 2, 'no figure is no good one');
});
