/**
 * What still has to be made: whether Debian's packages have to be installed, by the trees that are in
 * the cache, and whether the image is there.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { builderSource, needsPackages } from '../../../images/reference/build.js';
import { buildKeys } from '../../../images/reference/build-keys.js';
import { imageSettings } from '../../../images/reference/build-options.js';
import { isImageBuilt } from '../../../images/reference/build-reference-image.js';
import { treesIn } from '../../../images/reference/trees.js';

t.test('until both trees of these very packages are there', async (t) => {
  const cache = t.testdir({});
  const { hook } = buildKeys(builderSource(), imageSettings({}));
  const { os, toolbox } = treesIn(join(cache, 'reference'), hook);
  t.equal(needsPackages(cache), true, 'an empty cache');
  await mkdir(os, { recursive: true });
  t.equal(needsPackages(cache), true, 'without the tools');
  await mkdir(`${toolbox}.partial`);
  t.equal(needsPackages(cache), true, 'with half of the tools');
  await mkdir(toolbox);
  t.equal(needsPackages(cache), false, 'with both');
  t.not(treesIn(cache, 'other').os, treesIn(cache, hook).os, 'another hook makes another tree');
});

t.test('an image is there when it is whole, and of these very sources', async (t) => {
  const cache = t.testdir({});
  const { image } = buildKeys(builderSource(), imageSettings({}));
  const directory = join(cache, 'images', `reference-${image}`);
  await mkdir(join(cache, 'images', 'reference-0123456789abcdef'), { recursive: true });
  await writeFile(join(cache, 'images', 'reference-0123456789abcdef', 'descriptor.json'), '{}');
  t.equal(isImageBuilt(cache), false, 'another one');
  await mkdir(directory);
  t.equal(isImageBuilt(cache), false, 'without its descriptor');
  await writeFile(join(directory, 'descriptor.json'), '{}');
  t.equal(isImageBuilt(cache), true);
});
