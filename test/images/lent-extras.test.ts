/**
 * What an image is lent by the reference image of the cache, and what it is not.
 */

import { createHash } from 'node:crypto';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { ImageDescriptor, ImageExtra } from '../../harness/model/image.js';
import { withLentExtras } from '../../images/lent-extras.js';
import { fakeDescriptor, fakeImage } from '../support/fixtures.js';

const { signal } = new AbortController();

function extra(name: string, type: ImageExtra['type'], contents = name): ImageExtra {
  const sha256 = createHash('sha256').update(contents).digest('hex');
  return { name, type, file: `${name}.bin`, sizeBytes: contents.length, sha256 };
}

const all = [
  extra('podman', 'sysext'),
  extra('nginx', 'oci-archive'),
  extra('busybox', 'program'),
  extra('notes', 'file'),
];

/** An image in the cache; each extra contains its own name. */
async function keep(cache: string, entry: string, changes: Partial<ImageDescriptor>) {
  const directory = join(cache, 'images', entry);
  await mkdir(directory, { recursive: true });
  const descriptor = fakeDescriptor({ name: 'reference-amd64', extras: all, ...changes });
  for (const { name, file } of descriptor.extras) await writeFile(join(directory, file), name);
  await writeFile(join(directory, 'descriptor.json'), JSON.stringify(descriptor));
  return directory;
}

async function lentTo(t: Test, image = fakeImage(), changes: Partial<ImageDescriptor> = {}) {
  const cacheDirectory = t.testdir({});
  const directory = await keep(cacheDirectory, 'newest', changes);
  return { directory, lent: await withLentExtras(image, { cacheDirectory, signal }) };
}

t.test('container images and programs, with their places', async (t) => {
  const { directory, lent } = await lentTo(t);
  t.same(lent.names, ['nginx', 'busybox']);
  t.equal(lent.lender?.directory, directory);
  const files = lent.image.descriptor.extras.map(({ file }) => file);
  t.same(files, [join(directory, 'nginx.bin'), join(directory, 'busybox.bin')]);
});

t.test('not what the image has itself', async (t) => {
  const own = extra('nginx', 'oci-archive', 'its own');
  const { lent } = await lentTo(t, fakeImage({ extras: [own] }));
  t.same(lent.names, ['busybox']);
  t.same(lent.image.descriptor.extras[0], own);
});

t.test(
  'nothing to an image that has all, of another architecture, or without a lender',
  async (t) => {
    const image = fakeImage({ extras: all });
    t.same((await lentTo(t, image)).lent, { image, names: [] });
    const arm = fakeImage({ arch: 'arm64' });
    t.same((await lentTo(t, arm)).lent, { image: arm, names: [] });
    const none = { cacheDirectory: t.testdir({}), signal };
    t.same(await withLentExtras(fakeImage(), none), { image: fakeImage(), names: [] });
  },
);

t.test('the newest reference image lends, and no variant of it', async (t) => {
  const cacheDirectory = t.testdir({});
  const old = await keep(cacheDirectory, 'old', {});
  await utimes(join(old, 'descriptor.json'), 1, 1);
  await keep(cacheDirectory, 'variant', { name: 'reference-no-verity-amd64' });
  const { lender } = await withLentExtras(fakeImage(), { cacheDirectory, signal });
  t.equal(lender?.directory, old);
});

t.test('a file that is not what its descriptor says is refused', async (t) => {
  const wrong = { extras: [extra('busybox', 'program', 'seven..')] };
  await t.rejects(lentTo(t, fakeImage(), wrong), {
    code: 'IMAGE_DIGEST_MISMATCH',
    message: /busybox\.bin/,
  });
});
