/**
 * What a builder has begun: removed however it ends, and by the reaper where it could not.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { holdLock } from '../../../harness/base/lock.js';
import {
  builderDirectory,
  builderLock,
  partialOf,
  reapPartials,
  withPartials,
} from '../../../images/reference/partials.js';
import { removeBuilt } from '../../../images/reference/toolbox.js';

const signal = AbortSignal.timeout(60_000);

/** Users may not everywhere make namespaces, in which such trees are removed. */
const skip = await removeBuilt(join(t.testdir({}), 'none'), signal).then(
  () => false,
  () => 'no namespaces here',
);

t.test('a step leaves only what it has renamed', { skip }, async (t) => {
  const place = t.testdir({});
  const [work, partial] = [partialOf(join(place, 'work')), partialOf(join(place, 'disk'))];
  const failing = withPartials([work, partial], async () => {
    await mkdir(join(work, 'tmp'), { recursive: true });
    await mkdir(partial);
    throw new Error('the step failed');
  });
  await t.rejects(failing, { message: 'the step failed' });
  t.same(await readdir(place), []);
});

/** The pid of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid as number;
}

t.test('the reaper removes what dead builders left, and nothing else', { skip }, async (t) => {
  const cacheDir = t.testdir({});
  const directory = builderDirectory(cacheDir);
  const dead = `work.${await deadPid()}-0123abcd.partial`;
  const stay = ['stage-1', `disk-1.${process.pid}-0123abcd.partial`, 'notes.partial'];
  for (const name of [dead, ...stay]) await mkdir(join(directory, name), { recursive: true });
  await writeFile(join(directory, dead, 'usr.img'), 'x');
  {
    await using _building = await holdLock(builderLock(directory), { signal });
    t.same(await reapPartials(cacheDir, signal), [], 'somebody builds');
    t.ok(existsSync(join(directory, dead)));
  }
  t.same(await reapPartials(cacheDir, signal), [join(directory, dead)]);
  t.same((await readdir(directory)).sort(), [...stay].sort());
  t.same(await reapPartials(join(cacheDir, 'none'), signal), [], 'no builder was ever there');
});
