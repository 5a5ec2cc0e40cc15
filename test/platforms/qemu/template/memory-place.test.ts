import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { placeMemory } from '../../../../platforms/qemu/template/memory-place.js';

const { signal } = new AbortController();

/** A directory in a tmpfs, as /dev/shm is everywhere but in some containers. */
async function inSharedMemory(t: Test): Promise<string> {
  const root = await mkdtemp('/dev/shm/yard-test-');
  t.teardown(async () => await rm(root, { recursive: true }));
  return root;
}

t.test('memory is in a tmpfs while the machine runs, and kept on disk', async (t) => {
  const root = await inSharedMemory(t);
  const draft = t.testdir();
  {
    await using place = await placeMemory(draft, 1, root);
    t.match(
      place.directory,
      new RegExp(`^${root}/switchyard-[0-9a-z-]+-memory`),
      'the reaper knows the name',
    );
    await writeFile(place.path, 'what the guest knew');
    await place.keep(signal);
  }
  t.equal(await readFile(join(draft, 'memory'), 'utf8'), 'what the guest knew');
  t.strictSame(await readdir(root), [], 'nothing is left in memory');
});

t.test('parts that the guest never touched take no room', async (t) => {
  const draft = t.testdir();
  await using place = await placeMemory(draft, 1, await inSharedMemory(t));
  await writeFile(place.path, Buffer.alloc(8 << 20));
  await place.keep(signal);
  const { size, blocks } = await stat(join(draft, 'memory'));
  t.equal(size, 8 << 20);
  t.equal(blocks, 0);
});

t.test('without room in memory it is on disk from the start', async (t) => {
  const root = await inSharedMemory(t);
  const draft = t.testdir();
  for (const [mib, place] of [
    [1 << 30, root],
    [1, '/proc'],
    [1, join(root, 'nowhere')],
  ] as const) {
    await using memory = await placeMemory(draft, mib, place);
    t.match(memory, { path: join(draft, 'memory'), directory: draft });
    await writeFile(memory.path, 'there');
    await memory.keep(signal);
  }
  t.equal(await readFile(join(draft, 'memory'), 'utf8'), 'there');
});

t.test('a full disk is told', async (t) => {
  await using place = await placeMemory('/nowhere', 1, await inSharedMemory(t));
  await writeFile(place.path, 'x');
  await t.rejects(place.keep(signal), { code: 'TEMPLATE_NOT_COPIED', kind: 'infrastructure' });
});
