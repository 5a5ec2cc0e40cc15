/**
 * The history over stored runs: a cache that follows them, and what it answers.
 */

import { cp, mkdir, open, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { durationsOn, findSlowCases } from '../../results/case-durations.js';
import { findFlakes } from '../../results/find-flakes.js';
import { historyFile, openHistory } from '../../results/history-database.js';
import { suiteOutcomes } from '../../results/suite-outcomes.js';
import { type AttemptStory, failure, type RunStory } from './support/events.js';
import { eventsOf, makeRun } from './support/run-directory.js';

const passed = (durationMs = 10_000): AttemptStory => ({ outcome: 'passed', durationMs });
const failed = (message = 'no answer after 3 s'): AttemptStory => {
  return { outcome: 'failed', failure: failure({ message }) };
};
const idOf = (index: number) => `20261101-1015${String(index).padStart(2, '0')}-aaaa`;

async function store(root: string, stories: readonly RunStory[], change: object = {}) {
  for (const [index, story] of stories.entries()) {
    await makeRun(root, eventsOf(idOf(index), story, change));
  }
}

async function ask<T>(root: string, question: (database: never) => T): Promise<T> {
  const { database } = await openHistory(root);
  try {
    return question(database as never);
  } finally {
    database.close();
  }
}

t.test('flaky is what passes and fails on the same image, within a run or between', async (t) => {
  const root = t.testdir();
  await store(root, [
    { cases: { 'a/within': [failed(), passed()], 'a/between': [passed()], 'a/bad': [failed()] } },
    { cases: { 'a/within': [passed()], 'a/between': [failed()], 'a/bad': [failed()] } },
    { cases: { 'a/within': [passed()], 'a/between': [failed('no answer after 7 s')] } },
  ]);
  const flakes = await ask(root, findFlakes);
  t.same(
    flakes.map((one) => [one.case.split('@')[0], one.failed, one.attempts]),
    [
      ['a/between', 2, 3],
      ['a/within', 1, 4],
    ],
  );
  t.match(flakes[0]?.signatures, [
    { count: 2, code: 'IGNITION_FAILED', text: 'no answer after <n>' },
  ]);
  t.match(flakes[0], { lastFailedRun: idOf(2), trend: 1, direction: 'steady' });
  const { low = 1, high = 0 } = flakes[0]?.bounds ?? {};
  t.ok(low < 2 / 3 && high > 2 / 3);
});

t.test('a failure on another image, or of a broken one, is no flake', async (t) => {
  const root = t.testdir();
  await makeRun(root, eventsOf(idOf(0), { cases: { 'a/b': [passed()] } }));
  const { image } = eventsOf(idOf(0), { cases: {} })[0] as unknown as { image: object };
  const other = { image: { ...image, sha256: 'cd'.repeat(32) } };
  await makeRun(root, eventsOf(idOf(1), { cases: { 'a/b': [failed()] } }, other));
  const mutation = { argv: ['mutate', 'a/b'] };
  await makeRun(root, eventsOf(idOf(2), { cases: { 'a/b': [failed()] } }, mutation));
  t.same(await ask(root, findFlakes), []);
});

t.test('outcomes of a suite say which system they are of', async (t) => {
  const root = t.testdir();
  await makeRun(root, eventsOf(idOf(0), { cases: { 'a/b': [failed(), passed()] } }));
  const { image } = eventsOf(idOf(0), { cases: {} })[0] as unknown as { image: object };
  const other = { image: { ...image, osName: 'Another OS', arch: 'arm64' } };
  await makeRun(root, eventsOf(idOf(1), { cases: { 'a/b': [passed()] } }, other));
  const code = 'cd'.repeat(32);
  await makeRun(root, eventsOf(idOf(2), { cases: { 'a/b': [passed()] } }, { code }));
  const outcomes = await ask(root, (database) => suiteOutcomes(database, '2000-01-01'));
  t.match(outcomes, [
    { suite: 'a/b', osName: 'Switchyard Reference OS', arch: 'amd64', passed: 1, failed: 1 },
    { suite: 'a/b', osName: 'Another OS', arch: 'arm64', passed: 1, failed: 0 },
    { suite: 'a/b', code, passed: 1, failed: 0 },
  ]);
  t.notOk('code' in (outcomes[0] ?? {}), 'nobody knows it of an old record');
});

t.test('repetitions in one run are counted once each', async (t) => {
  const root = t.testdir();
  const cases = { 'a/b': [passed()], 'a/b#2': [failed()], 'a/b#3': [passed()] };
  await makeRun(root, eventsOf(idOf(0), { cases }));
  const outcomes = await ask(root, (database) => suiteOutcomes(database, '2000-01-01'));
  t.match(outcomes, [{ suite: 'a/b', passed: 2, failed: 1 }]);
});

t.test('slow cases and durations', async (t) => {
  const root = t.testdir();
  await store(root, [
    { cases: { 'a/slow': [passed(60_000)], 'a/fast': [passed(10_000)] } },
    { cases: { 'a/slow': [passed(80_000)], 'a/fast': [failed()] } },
  ]);
  const [slow, fast] = await ask(root, findSlowCases);
  t.match(slow, { case: /^a\/slow@/, passes: 2, medianMs: 70_000, share: 0.875 });
  t.match(fast, { case: /^a\/fast@/, passes: 1, medianMs: 10_000 });
  const on = (sha256: string) => ask(root, (db) => durationsOn(db, { sha256, accelerator: 'tcg' }));
  t.same((await on('ab'.repeat(32))).get(slow?.case ?? ''), [60_000, 80_000]);
  t.equal((await on('cd'.repeat(32))).size, 0);
});

t.test('what cases cost is what was measured, not what they declare', async (t) => {
  const root = t.testdir();
  const used = (cpuSeconds: number, peakMemoryMiB: number): AttemptStory => {
    return { ...passed(), usage: { cpuSeconds, peakMemoryMiB } };
  };
  await store(root, [
    { cases: { 'a/b': [used(4, 190)], 'a/old': [passed()] } },
    { cases: { 'a/b': [used(6, 230)] } },
    { cases: { 'a/b': [used(50, 210)] } },
    { cases: { 'a/b': [passed()] } },
  ]);
  const cases = await ask(root, findSlowCases);
  const of = (suite: string) => cases.find((one) => one.case.startsWith(suite));
  t.match(of('a/b'), { passes: 4, medianCpuSeconds: 6, peakMemoryMiB: 230 });
  t.notOk('medianCpuSeconds' in (of('a/old') ?? {}) || 'peakMemoryMiB' in (of('a/old') ?? {}));
});

t.test('the cache follows the runs, and damage only costs time', async (t) => {
  const root = t.testdir();
  await store(root, [{ cases: { 'a/b': [passed()] } }, { cases: { 'a/b': [passed()] } }]);
  const passes = async () => (await ask(root, findSlowCases))[0]?.passes;
  t.equal(await passes(), 2);
  await makeRun(root, eventsOf(idOf(2), { cases: { 'a/b': [passed()] } }));
  t.equal(await passes(), 3, 'a new run');
  await rm(join(root, idOf(0)), { recursive: true });
  t.equal(await passes(), 2, 'a removed run');
  const whole = await readFile(join(root, historyFile));
  for (const damaged of [Buffer.from('oops'), whole.subarray(0, 5000), Buffer.alloc(0)]) {
    await writeFile(join(root, historyFile), damaged);
    t.equal(await passes(), 2);
  }
});

t.test('where the file fails meanwhile, all is read again', async (t) => {
  const root = t.testdir();
  await store(root, [{ cases: { 'a/b': [passed()] } }]);
  const full = `CREATE TRIGGER full BEFORE INSERT ON runs BEGIN SELECT RAISE(ABORT, 'no space'); END`;
  const { database } = await openHistory(root);
  database.exec(full);
  database.close();
  await makeRun(root, eventsOf(idOf(1), { cases: { 'a/b': [passed()] } }));
  const again = await openHistory(root);
  t.same(again.notes, []);
  t.equal(findSlowCases(again.database)[0]?.passes, 2);
  again.database.close();
});

t.test('with another accelerator everything is another matter', async (t) => {
  const root = t.testdir();
  await makeRun(root, eventsOf(idOf(0), { cases: { 'a/b': [passed(60_000)] } }));
  const { host } = eventsOf(idOf(0), { cases: {} })[0] as unknown as { host: object };
  const kvm = { host: { ...host, accelerator: { name: 'kvm', reason: 'usable' } } };
  const story = { cases: { 'a/b': [passed(6_000)], 'a/c': [failed()] } };
  await makeRun(root, eventsOf(idOf(1), story, kvm));
  await makeRun(root, eventsOf(idOf(2), { cases: { 'a/c': [passed(6_000)] } }));
  const slow = await ask(root, findSlowCases);
  t.match(slow, [
    { case: /^a\/b/, accelerator: 'tcg', passes: 1, medianMs: 60_000 },
    { case: /^a\/c/, accelerator: 'tcg', passes: 1, medianMs: 6_000 },
    { case: /^a\/b/, accelerator: 'kvm', passes: 1, medianMs: 6_000, share: 1 },
  ]);
  t.equal(slow.length, 3);
  t.same(
    await ask(root, findFlakes),
    [],
    'to fail with the one and pass with the other is no flake',
  );
});

t.test('a run that can’t be read is named, not counted; an open one waits', async (t) => {
  const root = t.testdir();
  await store(root, [{ cases: { 'a/b': [passed()] } }, { cases: { 'a/b': [passed()] } }]);
  await writeFile(join(root, idOf(0), 'record.json'), '{}');
  await rm(join(root, idOf(1), 'record.json'));
  const writer = await open(join(root, idOf(1), 'events.jsonl'), 'a');
  const { database, notes } = await openHistory(root);
  t.match(notes, [/^run 20261101-101500-aaaa is not counted: .*no seal/]);
  t.same(findSlowCases(database), []);
  database.close();
  await writer.close();
  await mkdir(join(root, idOf(3)));
  await writeFile(join(root, idOf(3), 'events.jsonl'), '{"seq":0,"at":"20');
  const later = await openHistory(root);
  t.equal(later.notes.length, 1, 'one that was killed before it said anything is passed over');
  later.database.close();
  const [killed] = await ask(root, findSlowCases);
  t.equal(killed?.passes, 1, 'once nobody writes it, what it came to counts');
  const nowhere = await openHistory(join(root, 'none'));
  t.same(nowhere.notes, []);
  nowhere.database.close();
});

t.test('a run that was emptied counts no more, one that can’t be looked at is named', async (t) => {
  const root = t.testdir();
  await store(root, [{ cases: { 'a/b': [passed()] } }, { cases: { 'a/b': [passed()] } }]);
  t.equal((await ask(root, findSlowCases))[0]?.passes, 2);
  for (const index of [0, 1]) {
    for (const file of ['record.json', 'events.jsonl']) await rm(join(root, idOf(index), file));
  }
  await symlink('record.json', join(root, idOf(1), 'record.json'));
  const { database, notes } = await openHistory(root);
  t.match(notes, [/^run 20261101-101501-aaaa is not counted: cannot read the record/]);
  t.equal(notes.length, 1);
  t.same(findSlowCases(database), []);
  database.close();
  const noRoot = openHistory(join(root, idOf(1), 'record.json'));
  await t.rejects(noRoot, { kind: 'usage', code: 'RUN_DIRECTORY' });
});

t.test('a copy of a run is named, not counted', async (t) => {
  const root = t.testdir();
  await store(root, [{ cases: { 'a/b': [passed()] } }]);
  await cp(join(root, idOf(0)), join(root, idOf(1)), { recursive: true });
  const { database, notes } = await openHistory(root);
  t.equal(notes.length, 1);
  t.match(notes[0], `run ${idOf(1)} is not counted: `);
  t.match(notes[0], `has the record of run ${idOf(0)}, expected that of ${idOf(1)}; remove one`);
  t.equal(findSlowCases(database)[0]?.passes, 1);
  database.close();
});

t.test('a merged run counts once, without its parts, however often it was merged', async (t) => {
  const root = t.testdir();
  const story = { cases: { 'a/b': [passed()] } };
  await store(root, [story]);
  const merge = async (index: number, ...parts: readonly number[]) => {
    const merged = parts.map((part) => ({ run: idOf(part), lines: 1, digest: '0' }));
    await makeRun(root, eventsOf(idOf(index), story, { merged }));
  };
  const passes = async () => (await ask(root, findSlowCases))[0]?.passes;
  await merge(2, 0);
  t.equal(await passes(), 1);
  await merge(3, 0);
  t.equal(await passes(), 1, 'merged again');
  await rm(join(root, idOf(2)), { recursive: true });
  t.equal(await passes(), 1, 'and the first of them removed');
  await merge(4, 0, 1);
  t.equal(await passes(), 2, 'with a part that no other has');
  await merge(5, 4, 0, 1, 3);
  t.equal(await passes(), 1, 'all of them in one');
});
