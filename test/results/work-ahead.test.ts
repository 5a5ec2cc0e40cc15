/**
 * Some at once, in order, and the first failure is the one that is told.
 */

import { setImmediate as turn } from 'node:timers/promises';
import t from 'tap';
import { workAhead } from '../../results/html/work-ahead.js';

t.test('results come in order, so many are worked on at once', async (t) => {
  let [running, most] = [0, 0];
  const work = async (turns: number) => {
    running += 1;
    most = Math.max(most, running);
    for (let left = turns; left > 0; left -= 1) await turn();
    running -= 1;
    return turns;
  };
  const seen: number[] = [];
  for await (const one of workAhead([9, 1, 5, 2, 7, 0, 3], 3, work)) seen.push(one);
  t.same(seen, [9, 1, 5, 2, 7, 0, 3]);
  t.equal(most, 3);
});

t.test('no more results wait than are worked on', async (t) => {
  let started = 0;
  const results = workAhead([1, 2, 3, 4, 5], 2, async () => (started += 1));
  await results.next();
  t.equal(started, 2);
  await results.next();
  t.equal(started, 3);
  await results.return(undefined);
});

t.test('the first failure ends it, and a later one is nobody\u2019s', async (t) => {
  const seen: number[] = [];
  const all = async () => {
    for await (const one of workAhead([1, 2, 3, 4], 3, failAfterOne)) seen.push(one);
  };
  await t.rejects(all(), { message: 'no 2' });
  t.same(seen, [1]);
});

async function failAfterOne(n: number): Promise<number> {
  if (n > 1) throw new Error(`no ${n}`);
  return n;
}
