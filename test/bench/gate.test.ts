/**
 * The benchmark of the gate, on a small past: it judges by every rule and finds what is there.
 */

import t from 'tap';
import { benchGate, gateShortfalls, mostGateMs, renderGateFigures } from '../../bench/gate.js';

const { signal } = new AbortController();
const size = { releases: 2, suites: 20, platforms: 2, days: 40 };

t.test('a small past, with its ledger', async (t) => {
  const figures = await benchGate({ ...size, daily: 'one', samples: 2, signal });
  const seen = { runs: 80, cases: 1600, records: 41, verdict: 'hold' };
  t.match(figures, { ...size, ...seen, samples: 2 });
  t.ok(figures.checkMs.min > 0 && figures.cpuMs.median > 0);
  const table = renderGateFigures(figures);
  t.match(table, /80 signed runs of 1600 cases, 41 records in the ledger\n/);
  t.match(table, /check +\d+ ms \[\d+ to \d+\]/);
});

t.test('the same with each release on each day', async (t) => {
  const figures = await benchGate({ ...size, daily: 'all', samples: 1, signal });
  t.match(figures, { runs: 160, cases: 3200, records: 41, verdict: 'hold' });
  t.match(renderGateFigures(figures), /40 days, every release every day; 1 samples/);
});

t.test('a verdict that takes too long is beyond its bound', async (t) => {
  t.same(gateShortfalls({ cpuMs: { median: mostGateMs } }), []);
  const [problem] = gateShortfalls({ cpuMs: { median: 2001 } });
  t.equal(problem, 'a verdict takes 2001 ms of a processor, 2000 at most');
});
