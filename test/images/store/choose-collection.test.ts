/**
 * Which entries of the cache may go, and that what is in use or the newest of its kind stays.
 */

import { closeSync, openSync } from 'node:fs';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import type { CacheEntry } from '../../../images/store/cache-entries.js';
import { chooseCollection } from '../../../images/store/choose-collection.js';
import { collectCache, removeImage } from '../../../images/store/collect.js';
import { holdInUse } from '../../../images/store/in-use.js';
import { fakeDescriptor } from '../../support/fixtures.js';

const { signal } = new AbortController();
const now = new Date('2026-06-30T00:00:00Z');

function daysAgo(days: number): Date {
  return new Date(now.getTime() - days * 86_400_000);
}

function entry(name: string, days: number, fields: Partial<CacheEntry> = {}): CacheEntry {
  const at = daysAgo(days);
  const base = { kind: 'image', path: `/c/${name}`, name, sizeBytes: 100 } as const;
  return { ...base, madeAt: at, usedAt: at, ...fields };
}

const nobody = () => false;

function namesOf(chosen: ReturnType<typeof chooseCollection>): readonly string[] {
  return chosen.map(({ entry: { name } }) => name);
}

t.test('by age', async (t) => {
  const entries = [entry('new', 1), entry('old', 40), entry('older', 50)];
  const chosen = chooseCollection(entries, { maxAgeDays: 30 }, { now, inUse: nobody });
  t.same(namesOf(chosen), ['older', 'old']);
  t.equal(chosen[0]?.reason, 'not used for 50 days');
});

t.test('by size, unused for longest first', async (t) => {
  const entries = [entry('a', 1), entry('b', 3), entry('c', 2)];
  const policy = { maxTotalBytes: 150 };
  const chosen = chooseCollection(entries, policy, { now, inUse: nobody });
  t.same(namesOf(chosen), ['b', 'c']);
  t.equal(chosen[0]?.reason, 'the cache occupies too much');
});

t.test('the newest of a group stays, whatever the limits', async (t) => {
  const group = 'release next';
  const entries = [entry('one', 90, { group }), entry('two', 80, { group }), entry('none', 70)];
  const policy = { maxAgeDays: 1, maxTotalBytes: 0 };
  t.same(namesOf(chooseCollection(entries, policy, { now, inUse: nobody })), ['one', 'none']);
  const used = entry('one', 90, { group, usedAt: daysAgo(0) });
  const again = chooseCollection([used, ...entries.slice(1)], policy, { now, inUse: nobody });
  t.same(namesOf(again), ['none', 'one'], 'by when it was made, not when it was used');
});

t.test('what is in use stays', async (t) => {
  const inUse = (path: string) => path === '/c/old';
  const entries = [entry('old', 90), entry('other', 80)];
  t.same(namesOf(chooseCollection(entries, { maxAgeDays: 1 }, { now, inUse })), ['other']);
});

t.test('leftovers go without any limit', async (t) => {
  const entries = [entry('torn', 2, { kind: 'leftover' }), entry('old', 90)];
  t.same(namesOf(chooseCollection(entries, {}, { now, inUse: nobody })), ['torn']);
});

async function old(path: string, days: number): Promise<void> {
  const at = new Date(Date.now() - days * 86_400_000);
  await utimes(path, at, at);
}

/** An image of the cache, so many days old. */
async function makeImage(cache: string, name: string, days: number): Promise<string> {
  const directory = join(cache, 'images', name);
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'descriptor.json');
  await writeFile(file, JSON.stringify(fakeDescriptor()));
  await writeFile(join(directory, 'x'), Buffer.alloc(10_000));
  await old(file, days);
  await old(directory, days);
  return directory;
}

t.test('a real cache', async (t) => {
  const cache = t.testdir();
  const [newest, middle, oldest] = [
    await makeImage(cache, 'newest', 30),
    await makeImage(cache, 'middle', 40),
    await makeImage(cache, 'oldest', 50),
  ];
  for (const name of ['next-0123456789abcdef', 'next-fedcba9876543210', 'work-Xy']) {
    const directory = join(cache, 'releases', name);
    await mkdir(directory, { recursive: true });
    await old(directory, name.startsWith('next-0') ? 60 : 70);
  }
  const options = { cacheDirectory: cache, policy: { maxAgeDays: 5 }, dryRun: false, signal };
  const left = async (part: string) => (await readdir(join(cache, part))).toSorted();

  await t.test('only says what would go', async (t) => {
    const { removed } = await collectCache({ ...options, dryRun: true });
    t.equal(removed.length, 4);
    t.same(await left('images'), ['middle', 'newest', 'oldest']);
  });

  await t.test('leaves what a machine has open, and what a command holds', async (t) => {
    const descriptor = openSync(join(middle, 'x'), 'r');
    const { removed, busy } = await collectCache(options);
    closeSync(descriptor);
    t.same(removed.map(({ entry: { name } }) => name).toSorted(), [
      'images/oldest',
      'releases/next-fedcba9876543210',
      'releases/work-Xy',
    ]);
    t.same(
      busy.map(({ name }) => name),
      ['images/middle'],
    );
    t.same(await left('images'), ['middle', 'newest']);
    const held = await holdInUse(cache, middle, signal);
    await t.rejects(removeImage(cache, middle, signal), { code: 'IMAGE_IN_USE' });
    held[Symbol.dispose]();
    await removeImage(cache, middle, signal);
    t.same(await left('images'), ['newest']);
  });

  await t.test('use makes an image young again', async (t) => {
    const used = await makeImage(cache, 'used', 45);
    (await holdInUse(cache, used, signal))[Symbol.dispose]();
    t.same((await collectCache(options)).removed, []);
  });
  t.ok(dirname(newest) === dirname(oldest));
});
