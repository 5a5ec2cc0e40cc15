/**
 * What suites took is known to the next run on the same host, whichever directory it writes to, and is
 * only a help: nothing that is wrong with the file keeps a run from being planned.
 */

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { costFile, keepCosts, readCosts } from '../../../harness/cli/kept-costs.js';
import { learnFrom, planRun } from '../../../harness/cli/plan-run.js';
import { loadSettings } from '../../../harness/cli/settings.js';
import type { RunRecord } from '../../../harness/model/record.js';
import type { Costs } from '../../../harness/plan/learn-costs.js';
import { foldRun } from '../../../results/fold.js';
import { runEvents } from '../../results/support/events.js';
import { FakePlatform } from '../../support/fake-platform.js';
import { fakeImage, fakeSuite } from '../../support/fixtures.js';

const dayMs = 24 * 3_600_000;
const wrongCost = '{"format":1,"costs":{"a":{"durationMs":-1,"atMs":0}}}';

/** A cache of the test's own; the command line has no other. */
function ownCache(t: Test): string {
  const directory = t.testdir({});
  const { XDG_CACHE_HOME } = process.env;
  t.teardown(() => void Object.assign(process.env, { XDG_CACHE_HOME: XDG_CACHE_HOME ?? '' }));
  Object.assign(process.env, { XDG_CACHE_HOME: directory });
  return directory;
}

function costs(entries: Record<string, number>): Costs {
  return new Map(Object.entries(entries).map(([key, durationMs]) => [key, { durationMs }]));
}

/** A run of one suite, which took 9 s. */
function oneRun(command = 'run'): RunRecord {
  const usage = { cpuSeconds: 4.5, peakMemoryMiB: 300 };
  const story = { outcome: 'passed', durationMs: 9_000, usage } as const;
  return { ...foldRun(runEvents({ cases: { 'a/one': [story] } }), []), argv: [command] };
}

async function planned(history: readonly RunRecord[] = [], seed = 1) {
  const settings = { ...(await loadSettings({})), seed };
  const suites = [fakeSuite('a/one'), fakeSuite('a/two'), fakeSuite('a/three')];
  const platform = new FakePlatform();
  const place = { platform, history, budget: { memoryMiB: 8192, vcpus: 4 } };
  return (await planRun({ suites, image: fakeImage(), settings }, place)).cases;
}

t.test('a run keeps what its suites took', async (t) => {
  ownCache(t);
  const settings = await loadSettings({});
  await learnFrom([oneRun()], settings);
  const known = await readCosts(costFile({ accelerator: 'tcg' }));
  t.same([...known], [['a/one@qemu-bios', { durationMs: 9_000, memoryMiB: 300, vcpus: 0.5 }]]);
  t.equal((await readCosts(costFile({ accelerator: 'kvm' }))).size, 0, 'other hosts are others');
  t.equal((await readCosts(costFile({ accelerator: 'tcg', fork: false }))).size, 0);
});

t.test('other commands break images on purpose, and teach nothing', async (t) => {
  const cache = ownCache(t);
  await learnFrom([oneRun('mutate'), oneRun()], await loadSettings({}));
  await learnFrom([], await loadSettings({}));
  t.same(await readdir(cache), []);
});

t.test('a plan of a fresh directory has the longest first', async (t) => {
  ownCache(t);
  const file = costFile({ accelerator: 'tcg' });
  const known = {
    'a/one@fake-bios': 5_000,
    'a/two@fake-bios': 90_000,
    'a/three@fake-bios': 20_000,
  };
  await keepCosts(file, costs(known));
  for (const seed of [1, 2, 3]) {
    const cases = await planned([], seed);
    t.same(
      cases.map(({ suite, forecast }) => [suite, forecast?.durationMs]),
      [
        ['a/two', 90_000],
        ['a/three', 20_000],
        ['a/one', 5_000],
      ],
    );
  }
});

t.test('what the directory itself knows is believed first', async (t) => {
  ownCache(t);
  await keepCosts(costFile({ accelerator: 'tcg' }), costs({ 'a/one@fake-bios': 90_000 }));
  const record = oneRun();
  const here = record.cases.map((one) => ({ ...one, platform: 'fake' }));
  const cases = await planned([{ ...record, cases: here }]);
  t.equal(cases.find(({ suite }) => suite === 'a/one')?.forecast?.durationMs, 9_000);
});

t.test('later runs add, and who has not run for half a year is forgotten', async (t) => {
  const file = join(t.testdir({}), 'costs', 'tcg.json');
  const day = (n: number) => n * dayMs;
  await keepCosts(file, costs({ old: 1, same: 1 }), day(0));
  await keepCosts(file, costs({ same: 2, other: 3 }), day(170));
  t.same(Object.fromEntries(await readCosts(file)), {
    old: { durationMs: 1 },
    same: { durationMs: 2 },
    other: { durationMs: 3 },
  });
  await keepCosts(file, costs({}), day(190));
  t.same([...(await readCosts(file)).keys()], ['same', 'other']);
  t.same(await readdir(dirname(file)), ['tcg.json'], 'no drafts are left');
});

t.test('a file that says nothing is as good as none', async (t) => {
  const file = join(t.testdir({}), 'tcg.json');
  for (const text of ['', '{"format":1', '[]', '{"format":2,"costs":{}}', wrongCost]) {
    await writeFile(file, text);
    t.equal((await readCosts(file)).size, 0, text);
  }
  await keepCosts(file, costs({ one: 1 }));
  t.equal((await readCosts(file)).size, 1, 'it is written anew');
});

t.test('a cache that can not be written ends no run', async (t) => {
  const file = join(t.testdir({}), 'costs', 'tcg.json');
  await writeFile(dirname(file), 'no directory');
  await t.resolves(keepCosts(file, costs({ one: 1 })));
  t.equal(await readFile(dirname(file), 'utf8'), 'no directory');
});

t.test('one write is whole when two happen at once', async (t) => {
  const file = join(t.testdir({}), 'tcg.json');
  await mkdir(dirname(file), { recursive: true });
  await Promise.all([1, 2, 3].map((n) => keepCosts(file, costs({ one: n }))));
  t.equal((await readCosts(file)).size, 1);
});
