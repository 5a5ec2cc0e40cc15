/**
 * What `yard reap` finds by names alone: of dead commands, in each place where commands make things.
 */

import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { ownedName } from '../../../harness/base/owned-name.js';
import { compiledRoot } from '../../../harness/base/project-root.js';
import { nameOfDeadOwner } from '../../support/dead-owner.js';

const main = join(compiledRoot(), 'harness', 'cli', 'main.js');

t.test('what dead commands left goes, what others have stays', async (t) => {
  const directory = t.testdir({ tmp: {}, cache: { switchyard: { templates: {} } } });
  const cache = join(directory, 'cache', 'switchyard');
  const [tmp, templates] = [join(directory, 'tmp'), join(cache, 'templates')];
  const dead = [
    join(tmp, nameOfDeadOwner('tap')),
    join(cache, nameOfDeadOwner('check')),
    join(templates, nameOfDeadOwner('draft')),
  ];
  const living = [join(cache, ownedName('check')), join(cache, 'images')];
  for (const path of [...dead, ...living]) await mkdir(path);
  const env = { XDG_CACHE_HOME: join(directory, 'cache'), TMPDIR: tmp };
  const { stdout } = await execa(process.execPath, [main, 'reap'], { env });
  for (const path of dead) t.match(stdout, `removed ${path}, of a command that is dead`);
  t.same(await readdir(tmp), []);
  t.same(await readdir(templates), []);
  const kept = await readdir(cache);
  for (const path of living)
    t.ok(
      kept.some((name) => path.endsWith(name)),
      path,
    );
});
