/**
 * What is made once is there as a whole, or not at all.
 */

import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { makeOnce, resultDirectory } from '../../../images/releases/make-once.js';

const { signal } = new AbortController();

async function write(work: string, text: string): Promise<void> {
  await mkdir(join(work, resultDirectory));
  await writeFile(join(work, resultDirectory, 'list.json'), text);
}

t.test('who comes later, or at the same time, finds what the first one made', async (t) => {
  const target = join(t.testdir(), 'releases', 'next-1');
  const made = { target, file: 'list.json', signal };
  const calls: number[] = [];
  const makers = [1, 2, 3].map(async (n) => {
    await makeOnce(made, async (work) => {
      calls.push(n);
      await write(work, `${n}`);
    });
  });
  await Promise.all(makers);
  t.equal(calls.length, 1);
  t.equal(await readFile(join(target, 'list.json'), 'utf8'), String(calls[0]));
});

t.test('a failure leaves nothing, and the next one may do better', async (t) => {
  const root = join(t.testdir(), 'releases');
  const made = { target: join(root, 'next-1'), file: 'list.json', signal };
  const failing = makeOnce(made, async (work) => {
    await write(work, 'half');
    throw new Error('no room');
  });
  await t.rejects(failing, { message: 'no room' });
  t.same(await readdir(root), []);
  await makeOnce(made, async (work) => await write(work, 'whole'));
  t.ok(existsSync(join(root, 'next-1', 'list.json')));
});
