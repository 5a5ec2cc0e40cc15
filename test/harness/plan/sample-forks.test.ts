/**
 * The sample of forking cases that boot cold as well.
 */

import t from 'tap';
import type { SuiteId } from '../../../harness/model/ids.js';
import type { Case } from '../../../harness/model/plan.js';
import type { Suite } from '../../../harness/model/suite.js';
import { sampleForks } from '../../../harness/plan/sample-forks.js';

const starts = ['fork', 'cold', 'first-boot', 'fork', 'fork'] as const;
const suites = new Map(
  starts.map((start, n) => [`area/${n}` as SuiteId, { start } as unknown as Suite]),
);
const cases = starts.map((_, n) => ({ id: `case-${n}`, suite: `area/${n}` }) as unknown as Case);
const drawn = (percent: number, seed = 1) => [...sampleForks(cases, suites, { percent, seed })];

t.test('none, all that fork, or a share of them', async (t) => {
  t.strictSame(drawn(0), []);
  t.strictSame(drawn(100).sort(), ['case-0', 'case-2', 'case-3', 'case-4']);
  t.equal(drawn(50).length, 2);
  t.equal(drawn(1).length, 1, 'a sample that is asked for is not empty');
});

t.test('the seed decides, and each case has its turn', async (t) => {
  t.strictSame(drawn(25, 7), drawn(25, 7));
  const seen = new Set(Array.from({ length: 50 }, (_, seed) => drawn(25, seed)[0]));
  t.equal(seen.size, 4);
});
