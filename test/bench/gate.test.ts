/**
 * The benchmark of the gate, on a small past: it judges by every rule and finds what is there.
 */

import t from 'tap';
import { benchGate, renderGateFigures } from '../../bench/gate.js';

t.test('a small past', async (t) => {
  const { signal } = new AbortController();
  const size = { releases: 2, suites: 20, platforms: 2, days: 40 };
  const figures = await benchGate({ ...size, samples: 2, signal });
  t.match(figures, { ...size, samples: 2, runs: 80, verdict: 'hold' });
  t.ok(figures.readMs.median > 0 && figures.judgeMs.min > 0);
  t.match(renderGateFigures(figures), /both +\d+ ms \[\d+ to \d+\]/);
});
