/** Where the cache is, by whichever way it is named. */

import { realpathSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { cacheDirectory } from '../../../harness/base/run-dir.js';

t.test('a cache behind a link has the name of what it leads to', async (t) => {
  const root = realpathSync(t.testdir({ data: {} }));
  const link = join(root, 'cache');
  await symlink(join(root, 'data'), link);
  const real = join(root, 'data', 'switchyard');
  t.equal(cacheDirectory({ XDG_CACHE_HOME: link }), real, 'before it is made');
  await mkdir(real);
  t.equal(cacheDirectory({ XDG_CACHE_HOME: link }), real, 'and after');
  t.equal(cacheDirectory({ XDG_CACHE_HOME: join(root, 'data') }), real);
});

t.test('a variable that is no absolute path does not count', async (t) => {
  const usual = cacheDirectory({});
  t.equal(usual.startsWith(realpathSync(homedir())), true);
  for (const value of ['', 'cache', './cache', '../x']) {
    t.equal(cacheDirectory({ XDG_CACHE_HOME: value }), usual, `"${value}"`);
  }
});
