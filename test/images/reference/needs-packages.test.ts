/**
 * Whether Debian's packages still have to be installed: by the trees that are in the cache.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { builderSource, needsPackages } from '../../../images/reference/build.js';
import { buildKeys } from '../../../images/reference/build-keys.js';
import { imageSettings } from '../../../images/reference/build-options.js';
import { treesIn } from '../../../images/reference/trees.js';

t.test('until both trees of these very packages are there', async (t) => {
  const cache = t.testdir({});
  const { hook } = await buildKeys(builderSource(), imageSettings({}));
  const { os, toolbox } = treesIn(join(cache, 'reference'), hook);
  t.equal(await needsPackages(cache), true, 'an empty cache');
  await mkdir(os, { recursive: true });
  t.equal(await needsPackages(cache), true, 'without the tools');
  await mkdir(`${toolbox}.partial`);
  t.equal(await needsPackages(cache), true, 'with half of the tools');
  await mkdir(toolbox);
  t.equal(await needsPackages(cache), false, 'with both');
  t.not(treesIn(cache, 'other').os, treesIn(cache, hook).os, 'another hook makes another tree');
});
