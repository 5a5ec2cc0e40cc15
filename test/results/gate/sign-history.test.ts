/**
 * What a new history keeps of the one before.
 */

import t from 'tap';
import { readHistory } from '../../../results/gate/read-rows.js';
import type { HistoryEntry } from '../../../results/gate/run-evidence.js';
import { signHistory } from '../../../results/gate/sign-history.js';
import { trustedKeys } from '../../../results/gate/signers.js';
import { daysAgo, now, pastImage, suites } from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';

const [suite = suites[0]] = suites;

function entry(at: string, fields: Partial<HistoryEntry> = {}): HistoryEntry {
  return { suite, at, ...pastImage, passed: 1, failed: 0, ...fields } as HistoryEntry;
}

t.test('what a run told once is not forgotten because it tells less now', async (t) => {
  const world = await GateWorld.make(t.testdir({}));
  const failure = entry(daysAgo(10), { run: 'edited', passed: 0, failed: 1 });
  const untold = ['errored', 'part'].map((run) => entry(daysAgo(8), { run, failed: 1 }));
  const old = entry(daysAgo(100), { run: 'too-long-ago', failed: 1 });
  await world.addHistory({
    entries: [old, failure, entry(daysAgo(9), { run: 'grown' }), ...untold],
  });
  const outcomes = [
    { ...entry(daysAgo(10), { failed: 0 }), run: 'edited' },
    { ...entry(daysAgo(9), { failed: 3 }), run: 'grown' },
  ];
  const parts = new Set(['part']);
  const ids = new Set(['edited', 'grown', 'errored', 'too-long-ago', ...parts]);
  const present = { ids, starts: new Set<string>(), parts };
  const request = { outcomes, present, days: 90, now };
  const written = await signHistory(world.directory, request, world.runner);
  t.match(written, { entries: 4, kept: 0, shrunk: ['too-long-ago', 'edited', 'errored'] });
  const keys = [{ name: 'lab', key: world.runner.pem }];
  const history = await readHistory(world.directory, trustedKeys(keys));
  t.match(
    history?.entries.map((one) => [one.run, one.failed]),
    [
      ['too-long-ago', 1],
      ['edited', 1],
      ['grown', 3],
      ['errored', 1],
    ],
    'but what a part told is told by the whole',
  );
});

t.test('runs that are gone stay, and failures however old they are', async (t) => {
  const world = await GateWorld.make(t.testdir({}));
  const entries = [
    entry(daysAgo(400), { run: 'old-failure', passed: 0, failed: 1 }),
    entry(daysAgo(300), { run: 'old-pass' }),
    entry(daysAgo(20), { run: 'gone' }),
    entry(daysAgo(10), { run: 'there' }),
    entry(daysAgo(9)),
    entry(daysAgo(8), { passed: 2 }),
  ];
  await world.addHistory({ entries });
  const present = {
    ids: new Set(['there']),
    starts: new Set([daysAgo(9)]),
    parts: new Set<string>(),
  };
  const told = entry(daysAgo(10), { passed: 7 });
  const outcomes = [{ ...told, run: 'there' }];
  const request = { outcomes, present, days: 90, now };
  const written = await signHistory(world.directory, request, world.runner);
  t.match(written, { entries: 4, kept: 3 });
  const keys = [{ name: 'lab', key: world.runner.pem }];
  const history = await readHistory(world.directory, trustedKeys(keys));
  t.match(
    history?.entries.map((one) => [one.run, one.at, one.passed]),
    [
      ['old-failure', daysAgo(400), 0],
      ['gone', daysAgo(20), 1],
      ['there', daysAgo(10), 7],
      [undefined, daysAgo(8), 2],
    ],
    'in the order of time',
  );
});
