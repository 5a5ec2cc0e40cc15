/**
 * Comparing two runs.
 */

import t from 'tap';
import { caseStatuses } from '../../harness/model/outcome.js';
import { compareRuns, samplesOf } from '../../results/compare-runs.js';
import { foldRun } from '../../results/fold.js';
import { changesOf, changeTitles, joinKey, sortChanges } from '../../results/outcome-changes.js';
import { type AttemptStory, failure, runEvents } from './support/events.js';
import { everyStatus } from './support/stories.js';

const passed = (durationMs = 10_000): AttemptStory => ({ outcome: 'passed', durationMs });
const failed: AttemptStory = { outcome: 'failed', failure: failure() };

function recordOf(cases: Readonly<Record<string, readonly AttemptStory[]>>) {
  return foldRun(runEvents({ cases }), []);
}

function names(list: readonly { readonly case: string }[]): string[] {
  return list.map((one) => one.case.split('@')[0] ?? '');
}

t.test('outcomes', async (t) => {
  const before = recordOf({
    'a/same': [passed()],
    'a/breaks': [passed()],
    'a/wobbles': [passed()],
    'a/vanishes': [passed()],
    'a/unknown': [passed()],
    'a/mended': [failed],
    'a/broken': [failed],
  });
  const after = recordOf({
    'a/same': [passed()],
    'a/breaks': [failed],
    'a/wobbles': [failed, passed()],
    'a/unknown': [],
    'a/mended': [passed()],
    'a/broken': [failed],
    'a/new': [passed()],
  });
  const none = { before: new Map(), after: new Map() };
  const comparison = compareRuns(before, after, none);
  t.same(names(comparison.newlyFailing), ['a/breaks']);
  t.same(names(comparison.newlyFlaky), ['a/wobbles']);
  t.same(names(comparison.lost), ['a/unknown']);
  t.same(names(comparison.gone), ['a/vanishes']);
  t.same(names(comparison.fixed), ['a/mended']);
  t.same(names(comparison.stillFailing), ['a/broken']);
  t.same(names(comparison.added), ['a/new']);
  t.equal(comparison.untold, 1, 'the only case that passed in both has no durations');
  const same = foldRun(runEvents(everyStatus), []);
  const { newlyFailing, newlyFlaky, lost, added } = compareRuns(same, same, none);
  t.same([newlyFailing, newlyFlaky, lost, added], [[], [], [], []], 'a run against itself');
});

t.test('each change of a status is in one list, and what is as it was in none', async (t) => {
  const states = [...caseStatuses, undefined];
  for (const before of states) {
    for (const after of states) {
      const lists = Object.entries(sortChanges([{ case: 'a/b', before, after }]));
      const [first, ...more] = lists.filter(([, found]) => found.length > 0);
      const isNew = before === undefined && after !== 'failed' && after !== 'flaky';
      const isGone = after === undefined;
      const isSilent = (before === after && after !== 'failed') || isNew || isGone;
      t.same([first === undefined, more], [isSilent, []], `${before} to ${after}`);
    }
  }
  t.equal(Object.keys(changeTitles).length, 8);
});

t.test('who excluded a case says why', async (t) => {
  const before = recordOf({ 'a/b': [passed()] });
  const after = { ...recordOf({}), excluded: [{ suite: 'a/b' as never, reason: 'needs docker' }] };
  t.match(changesOf(before, after), [
    { before: 'passed', after: 'excluded', reason: 'needs docker' },
  ]);
});

t.test('durations', async (t) => {
  const record = recordOf({ 'a/slow': [passed()], 'a/same': [passed()], 'a/rare': [passed()] });
  const around = (ms: number) => [0, 100, 200, 300, 400].map((more) => ms + more);
  const samples = (slow: number) =>
    new Map([
      ['a/slow@qemu-bios', around(slow)],
      ['a/same@qemu-bios', around(10_000)],
      ['a/rare@qemu-bios', [slow]],
    ]);
  const pair = { before: samples(10_000), after: samples(20_000) };
  const comparison = compareRuns(record, record, pair);
  t.match(comparison.slower, [{ case: 'a/slow@qemu-bios', before: 10_200, after: 20_200 }]);
  t.ok((comparison.slower[0]?.p ?? 1) < 0.01);
  t.same(comparison.faster, []);
  t.equal(comparison.untold, 1);
});

t.test('cases of images with other names are joined', async (t) => {
  t.equal(joinKey('a/b@flatcar-amd64@qemu-uefi'), 'a/b@qemu-uefi');
  t.same([...samplesOf(recordOf({ 'a/b': [failed, passed(7)] }))], [['a/b@qemu-bios', [7]]]);
});
