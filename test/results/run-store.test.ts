/**
 * Listing, finding, keeping, choosing and removing runs.
 */

import promises, { cp, mkdir, open, readdir, rm, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { dropKeptMark, keepRun } from '../../results/kept-mark.js';
import { chooseRemovals } from '../../results/retention.js';
import {
  findRun,
  inspectRun,
  listRuns,
  type RunListing,
  removeRun,
  sweepRemovals,
} from '../../results/run-store.js';
import { eventsOf, makeRun } from './support/run-directory.js';
import { everyStatus } from './support/stories.js';

const ids = ['20261101-101500-aaaa', '20261110-101500-bbbb', '20261120-101500-bbcc'] as const;

async function threeRuns(root: string): Promise<void> {
  for (const id of ids) await makeRun(root, eventsOf(id, everyStatus), { 'cases/x': 'y' });
}

t.test('runs are listed newest first; a damaged one says why', async (t) => {
  const root = t.testdir();
  await threeRuns(root);
  await writeFile(join(root, ids[1], 'record.json'), '{}');
  const runs = await listRuns(root);
  t.same(
    runs.map(({ run }) => run),
    [...ids].reverse(),
  );
  t.match(runs[0], { kind: 'run', record: { verdict: 'failed' }, isLive: false });
  t.equal(runs[0]?.startedAt.toISOString(), '2026-11-20T10:15:00.000Z');
  t.ok((runs[0]?.sizeBytes ?? 0) > 1000);
  t.match(runs[1], { kind: 'broken', problem: /record\.json: it has no seal/ });
  t.same(await listRuns(join(root, 'none')), []);
});

t.test('one that can’t be looked into keeps no other from being listed, and stays', async (t) => {
  const root = t.testdir();
  await makeRun(root, eventsOf(ids[0], everyStatus));
  await writeFile(join(root, ids[1]), 'a file of that name');
  const [file, run] = await listRuns(root);
  t.match(run, { kind: 'run', run: ids[0] });
  t.match(file, { kind: 'broken', problem: /ENOTDIR/, kept: { reason: /cannot be seen/ } });
  const gone = chooseRemovals(await listRuns(root), { maxTotalBytes: 0 }, new Date());
  t.same(
    gone.map(({ listing }) => listing.run),
    [ids[0]],
  );
});

t.test('a copied directory is listed as what it is', async (t) => {
  const root = t.testdir();
  const run = await makeRun(root, eventsOf(ids[0], everyStatus));
  await cp(run, join(root, ids[1]), { recursive: true });
  const [copy, original] = await listRuns(root);
  t.match(copy, { kind: 'broken', problem: `has the record of run ${ids[0]}` });
  t.match(original, { kind: 'run' });
});

t.test('a run is found by id, unique part, path, and as latest', async (t) => {
  const root = t.testdir();
  await threeRuns(root);
  for (const name of [ids[0], 'aaaa', '20261101', join(root, ids[0])]) {
    t.equal(await findRun(root, name), join(root, ids[0]), name);
  }
  t.equal(await findRun(root, 'latest'), join(root, ids[2]));
  await mkdir(join(root, '20261125-101500-cccc', 'cases'), { recursive: true });
  t.equal(await findRun(root, 'latest'), join(root, ids[2]), 'what has no record is no run');
  await rm(join(root, ids[2], 'record.json'));
  t.equal(await findRun(root, 'latest'), join(root, ids[2]), 'its log is enough');
  await t.rejects(findRun(root, 'bb'), { code: 'AMBIGUOUS_RUN', message: /bbbb, .*bbcc/ });
  await t.rejects(findRun(root, 'zz'), { code: 'UNKNOWN_RUN', message: /no run zz in .*runs ls/ });
  await t.rejects(findRun(join(root, 'none'), 'latest'), { code: 'UNKNOWN_RUN' });
  await t.rejects(inspectRun(root), { code: 'UNKNOWN_RUN', message: /not named like a run/ });
});

t.test('kept and living runs stay; others go whole', async (t) => {
  const root = t.testdir();
  await threeRuns(root);
  const directory = join(root, ids[0]);
  await keepRun(directory, { at: '2026-11-23T00:00:00Z', reason: 'promoted to beta' });
  const kept = { code: 'RUN_KEPT', kind: 'usage', message: /kept: promoted to beta/ };
  await t.rejects(removeRun(await inspectRun(directory)), kept);
  await writeFile(join(directory, 'kept.json'), 'oops');
  await t.rejects(
    removeRun(await inspectRun(directory)),
    { code: 'RUN_KEPT' },
    'a bad mark counts',
  );
  await rm(join(root, ids[1], 'record.json'));
  const log = await open(join(root, ids[1], 'events.jsonl'), 'a');
  await t.rejects(removeRun(await inspectRun(join(root, ids[1]))), { code: 'RUN_LIVE' });
  await log.close();
  await removeRun(await inspectRun(join(root, ids[1])));
  t.same(await readdir(root), [ids[0], ids[2]]);
});

t.test('what can’t be removed is said', async (t) => {
  const root = t.testdir();
  await threeRuns(root);
  const directory = join(root, ids[0]);
  const failed = { code: 'OUTPUT_FAILED', kind: 'usage', message: /^cannot remove .*; see whose/ };
  await writeFile(join(root, `.removing-${ids[0]}`), '');
  await t.rejects(removeRun(await inspectRun(directory)), failed);
  await mkdir(join(directory, 'kept.json'));
  await t.rejects(dropKeptMark(directory), failed);
});

t.test('a removal that can’t be finished is said, and the others go on', async (t) => {
  const names = [`.removing-${ids[0]}`, `.removing-${ids[1]}`];
  const root = t.testdir(Object.fromEntries(names.map((name) => [name, { file: '' }])));
  const { rm: remove } = promises;
  promises.rm = async (path, options) => {
    if (`${path}`.includes(ids[0])) throw new Error('EACCES: permission denied');
    await remove(path, options);
  };
  syncBuiltinESMExports();
  t.teardown(() => {
    promises.rm = remove;
    syncBuiltinESMExports();
  });
  t.match(await sweepRemovals(root), [
    {
      code: 'OUTPUT_FAILED',
      message: /cannot remove .*-aaaa: EACCES.*; see whose it is, then try/,
    },
  ]);
  t.same(await readdir(root), [names[0]]);
});

t.test('a removal that a crash interrupted is finished', async (t) => {
  const root = t.testdir({ [`.removing-${ids[0]}`]: { 'events.jsonl': '' } });
  t.same(await listRuns(root), [], 'it is no run any more');
  await sweepRemovals(root);
  t.same(await readdir(root), []);
});

function listing(ageDays: number, rest: Partial<RunListing> & { channel?: string }): RunListing {
  const startedAt = new Date(now.getTime() - ageDays * 86_400_000);
  const record = { image: { channel: rest.channel ?? 'alpha' } };
  return { kind: 'run', sizeBytes: 10, isLive: false, startedAt, record, ...rest } as RunListing;
}

const now = new Date('2026-11-23T00:00:00Z');
const mark = { at: '', reason: 'cited' };

t.test('what goes: by age, by size oldest first, by channel', async (t) => {
  const runs = [
    listing(1, {}),
    listing(40, {}),
    listing(35, { channel: 'stable' }),
    listing(9, {}),
  ];
  const ages = (policy: Parameters<typeof chooseRemovals>[1], list = runs) =>
    chooseRemovals(list, policy, now).map(({ listing: { startedAt } }) =>
      Math.round((now.getTime() - startedAt.getTime()) / 86_400_000),
    );
  t.same(ages({ maxAgeDays: 30 }), [40, 35]);
  t.same(ages({ maxAgeDays: 30, channel: 'alpha' }), [40]);
  t.same(ages({ maxTotalBytes: 20 }), [40, 35]);
  t.same(ages({ maxTotalBytes: 20, channel: 'alpha' }), [40, 9]);
  t.same(ages({ maxTotalBytes: 40 }), []);
  t.same(ages({ maxAgeDays: 0 }, [listing(9, { kept: mark }), listing(9, { isLive: true })]), []);
  t.match(chooseRemovals(runs, { maxAgeDays: 30 }, now)[0], { reason: '40 days old' });
});

t.test('never a kept or living run, and never more than the size asks for', async (t) => {
  const one = fc
    .record({ age: fc.nat(90), sizeBytes: fc.nat(100), isKept: fc.boolean(), isLive: fc.boolean() })
    .map(({ age, sizeBytes, isKept, isLive }) =>
      listing(age, { sizeBytes, isLive, ...(isKept ? { kept: mark } : {}) }),
    );
  const property = fc.property(fc.array(one), fc.nat(500), (runs, maxTotalBytes) => {
    const gone = chooseRemovals(runs, { maxTotalBytes }, now).map((removal) => removal.listing);
    const rest = runs.filter((run) => !gone.includes(run));
    const total = (list: readonly RunListing[]) => list.reduce((sum, r) => sum + r.sizeBytes, 0);
    const last = gone.at(-1)?.sizeBytes ?? 0;
    const isEnough = total(rest) <= maxTotalBytes || rest.every((r) => r.kept || r.isLive);
    const isNeeded = gone.length === 0 || total(rest) + last > maxTotalBytes;
    return isEnough && isNeeded && gone.every((r) => !r.kept && !r.isLive);
  });
  t.doesNotThrow(() => fc.assert(property));
});
