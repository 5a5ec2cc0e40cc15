/**
 * What is said of flaky cases: a trend only where there is one, and one reason once.
 */

import t from 'tap';
import type { Flake, SignatureCount } from '../../results/find-flakes.js';
import { trendOf } from '../../results/flake-trend.js';
import { sharedCauses } from '../../results/shared-causes.js';

const attempts = (count: number, failed: boolean) => Array.from({ length: count }, () => failed);

t.test('a few attempts are no trend', async (t) => {
  t.same(trendOf([false, true]), { trend: 1, direction: 'steady' });
  t.same(trendOf([true, false]), { trend: -1, direction: 'steady' });
  const three = [...attempts(3, false), ...attempts(3, true)];
  t.equal(trendOf(three).direction, 'steady', 'one of twenty by chance, in either direction');
  const often = Array.from({ length: 100 }, (_, n) => n % 3 === 0);
  t.equal(trendOf(often).direction, 'steady');
});

t.test('what chance would hardly do is one', async (t) => {
  const [passes, failures] = [attempts(10, false), attempts(10, true)];
  t.same(trendOf([...passes, ...failures]), { trend: 1, direction: 'rising' });
  t.same(trendOf([...failures, ...passes]), { trend: -1, direction: 'falling' });
});

t.test('causes of several cases, those of most first', async (t) => {
  const cause = (signature: string, count: number): SignatureCount => {
    return { signature, count, code: 'C', phase: 'suite', text: signature };
  };
  const flake = (id: string, ...signatures: readonly SignatureCount[]) =>
    ({ case: id, signatures }) as unknown as Flake;
  const flakes = [
    flake('a', cause('alone', 9), cause('two', 3)),
    flake('b', cause('two', 1), cause('three', 1)),
    flake('c', cause('three', 1)),
    flake('d', cause('three', 2)),
  ];
  t.match(sharedCauses(flakes), [
    { signature: 'three', count: 4, cases: ['b', 'c', 'd'] },
    { signature: 'two', count: 4, cases: ['a', 'b'] },
  ]);
  t.equal(sharedCauses(flakes).length, 2);
});
