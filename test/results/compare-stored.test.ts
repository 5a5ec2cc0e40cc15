/**
 * Two stored runs with what the history knows: times with one accelerator say nothing of another's.
 */

import t from 'tap';
import type { RunRecord } from '../../harness/model/record.js';
import { compareStored } from '../../results/compare-stored.js';
import { foldRun } from '../../results/fold.js';
import { openHistory } from '../../results/history-database.js';
import type { RunStory } from './support/events.js';
import { eventsOf, makeRun } from './support/run-directory.js';

const idOf = (index: number) => `20261101-1015${String(index).padStart(2, '0')}-aaaa`;

/** One case, ten times. */
function passes(durationMs: number): RunStory {
  const names = ['a/b', ...Array.from({ length: 9 }, (_, n) => `a/b#${n + 2}`)];
  const one = [{ outcome: 'passed' as const, durationMs }];
  return { cases: Object.fromEntries(names.map((name) => [name, one])) };
}

t.test('durations with two accelerators are not compared', async (t) => {
  const root = t.testdir();
  const { host, image } = eventsOf(idOf(0), passes(1))[0] as unknown as {
    host: object;
    image: object;
  };
  const kvm = { host: { ...host, accelerator: { name: 'kvm', reason: 'usable' } } };
  const other = { image: { ...image, sha256: 'cd'.repeat(32) } };
  const runs = [
    eventsOf(idOf(0), passes(6_000), kvm),
    eventsOf(idOf(1), passes(60_000)),
    eventsOf(idOf(2), passes(60_000), other),
    eventsOf(idOf(3), passes(6_000), other),
  ];
  for (const events of runs) await makeRun(root, events);
  const records = runs.map((events) => foldRun(events, []));
  const [onKvm, onTcg, onOther, faster] = records as [RunRecord, RunRecord, RunRecord, RunRecord];
  const { database } = await openHistory(root);
  for (const after of [onTcg, onOther]) {
    const found = compareStored(database, onKvm, after);
    t.match(found, { slower: [], faster: [], untold: 10 });
  }
  t.equal(compareStored(database, onOther, faster).faster.length, 10, 'with the same they are');
  database.close();
});
