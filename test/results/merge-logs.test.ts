/**
 * Merging the parts of a run: nothing is lost or counted twice, and what is no part is refused.
 */

import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import type { LoggedEvent } from '../../harness/model/events.js';
import type { HostFacts } from '../../harness/model/host.js';
import { parseRunId, type RunId } from '../../harness/model/ids.js';
import { foldRun } from '../../results/fold.js';
import { mergeLogs } from '../../results/merge-logs.js';
import { parseEventLog, readEventLog } from '../../results/read-event-log.js';
import { writeMergedRun } from '../../results/write-merged-run.js';
import { logBytes, type RunStory } from './support/events.js';
import { eventsOf, makeRun } from './support/run-directory.js';
import { everyStatus } from './support/stories.js';

const target = parseRunId('20261123-000000-ffff') as RunId;
const runs = ['20261122-101500-0001', '20261122-101500-0002', '20261122-101500-0003'] as const;

function contents(events: readonly LoggedEvent[]) {
  return parseEventLog(logBytes(events), 'log');
}

function partsOf(story: RunStory, count: number): RunStory[] {
  return Array.from({ length: count }, (_, part) => {
    const cases = Object.entries(story.cases).filter((_entry, index) => index % count === part);
    return { ...story, cases: Object.fromEntries(cases) };
  });
}

t.test('the merged record says what the parts say, however they were cut', async (t) => {
  const whole = foldRun(eventsOf(runs[0], everyStatus), []);
  const property = fc.property(fc.integer({ min: 2, max: 3 }), (count) => {
    const logs = partsOf(everyStatus, count).map((story, index) =>
      contents(eventsOf(runs[index] ?? '', story, { shard: { index: index + 1, count } })),
    );
    const { events, notes } = contents(mergeLogs(logs, target));
    const merged = foldRun(events, notes);
    t.same(merged.counts, whole.counts);
    t.match(merged, {
      run: target,
      verdict: whole.verdict,
      notes: [/^merged from .*-0001, .*-0002/],
    });
    t.notOk((events[0] as { shard?: unknown }).shard);
  });
  fc.assert(property, { numRuns: 5 });
});

/** A log of another schema does not even fold, so its reader is left out. */
function otherSchema({ events, ...rest }: ReturnType<typeof contents>) {
  const [start, ...others] = events;
  return { ...rest, events: [{ ...start, schema: 99 } as LoggedEvent, ...others] };
}

t.test('what does not fit is refused with the runs and the reason', async (t) => {
  const [one, two] = partsOf(everyStatus, 2) as [RunStory, RunStory];
  const log = (index: number, story: RunStory, change: object = {}) =>
    contents(eventsOf(runs[index] ?? '', story, change));
  const shard = (index: number, count = 3) => ({ shard: { index, count } });
  const image = (eventsOf(runs[0], one)[0] as { image: object }).image;
  const other = { image: { ...image, sha256: 'cd'.repeat(32) } };
  const { host } = eventsOf(runs[0], one)[0] as { host: HostFacts };
  const kvm = { host: { ...host, accelerator: { name: 'kvm', reason: '' } } };
  const offered = (digit: string) => ({
    releases: [{ name: 'next', version: '9999.0.1', payloadSha256: digit.repeat(64) }],
  });
  const lent = (digit: string) => ({
    lent: [{ name: 'busybox', sha256: digit.repeat(64), lentBy: 'reference-1' }],
  });
  const table: readonly [ReturnType<typeof contents>[], string, RegExp][] = [
    [[log(0, one)], 'MERGE_EMPTY', /two runs or more/],
    [[log(0, one), log(0, two)], 'MERGE_DUPLICATE', /run 2026.*-0001 is in .*merge each part once/],
    [[log(0, one), log(1, everyStatus)], 'MERGE_DUPLICATE', /case boot\/.*-0002 \(and \d more\)/],
    [[log(0, one), log(1, two, other)], 'MERGE_MISMATCH', /image digest abab.* and cdcd/],
    [[log(0, one), log(1, two, { platform: 'x' })], 'MERGE_MISMATCH', /platform qemu and x/],
    [[log(0, one), log(1, two, { argv: ['mutate'] })], 'MERGE_MISMATCH', /command run and mutate/],
    [
      [log(0, one), log(1, two, { version: '9.9.9' })],
      'MERGE_MISMATCH',
      /version of yard 0\.1\.0 and 9\.9\.9/,
    ],
    [[log(0, one), log(1, two, kvm)], 'MERGE_MISMATCH', /accelerator tcg and kvm/],
    [
      [log(0, one, offered('a')), log(1, two, offered('b'))],
      'MERGE_MISMATCH',
      /-0001 and .*-0002 do not belong together: release next is a{64} and b{64}/,
    ],
    [
      [log(0, one, lent('a')), log(1, two, lent('b'))],
      'MERGE_MISMATCH',
      /lent busybox is a{64} and b{64}/,
    ],
    [[log(0, one), otherSchema(log(1, two))], 'MERGE_MISMATCH', /schema (\d+) and 99/],
    [[log(0, one, shard(1)), log(1, two, shard(3))], 'MERGE_HOLES', /of 3 parts .*: 2;/],
    [[log(0, one, shard(1)), log(1, two, shard(1))], 'MERGE_DUPLICATE', /part 1 is in/],
    [[log(0, one, shard(1)), log(1, two)], 'MERGE_MISMATCH', /no part of a plan in 3 parts/],
    [[log(0, one), contents([])], 'MERGE_EMPTY', /no first line/],
  ];
  for (const [logs, code, message] of table) {
    t.throws(() => mergeLogs(logs, target), { code, kind: 'usage', message });
  }
});

/** Three cases in two parts, each of which says what it left to the other. */
function shardEvents(index: number, own: readonly string[], left: readonly string[]) {
  const cases = Object.fromEntries(own.map((suite) => [suite, [{ outcome: 'passed' as const }]]));
  const events = eventsOf(runs[index - 1] ?? '', { cases }, { shard: { index, count: 2 } });
  const [start, ...rest] = events;
  const inShard = 3 - index;
  const exclusions = left.map((suite) => {
    const excluded = { suite, reason: `in shard ${inShard}/2`, inShard };
    return { ...start, kind: 'case-excluded', excluded } as unknown as LoggedEvent;
  });
  const all = [start as LoggedEvent, ...exclusions, ...rest];
  return contents(all.map((event, seq) => ({ ...event, seq })));
}

t.test('the whole was given what its parts were given', async (t) => {
  const [one, two] = partsOf(everyStatus, 2) as [RunStory, RunStory];
  const file = (name: string) => ({ name, sha256: 'ab'.repeat(32), lentBy: 'reference-1' });
  const first = eventsOf(runs[0], one, { lent: [file('busybox')] });
  const second = eventsOf(runs[1], two, { lent: [file('busybox'), file('nginx')] });
  const [start] = mergeLogs([contents(first), contents(second)], target);
  t.same((start as { lent?: unknown }).lent, [file('busybox'), file('nginx')]);
});

t.test('a run that was merged twice knows all its parts', async (t) => {
  const cases = (id: string) => ({ cases: { [id]: [{ outcome: 'passed' as const }] } });
  const [a, b, c] = ['a/b', 'a/c', 'a/d'].map((id, n) =>
    contents(eventsOf(runs[n] ?? '', cases(id))),
  );
  if (!a || !b || !c) throw new Error('three runs');
  const inner = parseRunId('20261123-000000-eeee') as RunId;
  const whole = mergeLogs([contents(mergeLogs([a, b], inner)), c], target);
  t.same([...(foldRun(whole, []).merged ?? [])].sort(), [...runs, inner].sort());
});

t.test('what a part left to another is no exclusion of the whole', async (t) => {
  const parts = [shardEvents(1, ['a/b'], ['a/c', 'a/d']), shardEvents(2, ['a/c', 'a/d'], ['a/b'])];
  const { events, notes } = contents(mergeLogs(parts, target));
  const merged = foldRun(events, notes);
  t.match(merged, { counts: { passed: 3, excluded: 0 }, excluded: [] });
});

t.test('what a part left to another that does not know of it is a hole', async (t) => {
  const parts = [shardEvents(1, ['a/b'], ['a/c', 'a/d']), shardEvents(2, ['a/c'], ['a/b'])];
  const message = /-0001 left a\/d to part 2, which does not know of it; .*the same selectors/;
  t.throws(() => mergeLogs(parts, target), { code: 'MERGE_HOLES', kind: 'usage', message });
});

t.test('a part that did not end leaves the whole inconclusive', async (t) => {
  const cases = (id: string) => ({ cases: { [id]: [{ outcome: 'passed' as const }] } });
  const dead = eventsOf(runs[1], { ...cases('a/c'), interrupted: undefined });
  const merged = mergeLogs([contents(eventsOf(runs[0], cases('a/b'))), contents(dead)], target);
  t.match(foldRun(merged, []), { verdict: 'inconclusive', counts: { passed: 2 } });
});

t.test('on disk it is a run like any other, with the files of all', async (t) => {
  const root = t.testdir();
  const directories = await Promise.all(
    partsOf(everyStatus, 2).map(async (story, index) => {
      const file = `cases/area/part-${index}/attempt-1/main-0/console.log`;
      return await makeRun(root, eventsOf(runs[index] ?? '', story), { [file]: `part ${index}` });
    }),
  );
  const path = join(root, target);
  const makeTarget = async () => {
    await mkdir(path);
    return { run: target, path, events: join(path, 'events.jsonl') };
  };
  await writeMergedRun(directories, makeTarget);
  const { events } = await readEventLog(join(path, 'events.jsonl'));
  t.equal(foldRun(events, []).cases.length, 8);
  const console = join(path, 'cases/area/part-1/attempt-1/main-0/console.log');
  t.equal(await readFile(console, 'utf8'), 'part 1');
  const twice = writeMergedRun([directories[0] ?? '', directories[0] ?? ''], makeTarget);
  await t.rejects(twice, { code: 'MERGE_DUPLICATE' });
});

t.test('a merge that fails half-way leaves nothing behind', async (t) => {
  const root = t.testdir();
  const both = 'cases/area/in-both/attempt-1/main-0/console.log';
  const directories = await Promise.all(
    partsOf(everyStatus, 2).map(async (story, index) => {
      return await makeRun(root, eventsOf(runs[index] ?? '', story), { [both]: `part ${index}` });
    }),
  );
  const path = join(root, target);
  const failing = writeMergedRun(directories, async () => {
    await mkdir(path);
    return { run: target, path, events: join(path, 'events.jsonl') };
  });
  const message = /^cannot write the merged run .*-ffff: .*in-both/;
  await t.rejects(failing, { code: 'OUTPUT_FAILED', kind: 'usage', message });
  t.strictSame((await readdir(root)).sort(), [runs[0], runs[1]]);
  t.equal(await readFile(join(directories[0] ?? '', both), 'utf8'), 'part 0', 'parts stay');
});
