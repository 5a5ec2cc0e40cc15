/**
 * What an image is lent by the reference image of the cache, and what it is not.
 */

import { createHash } from 'node:crypto';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { ImageDescriptor, ImageExtra } from '../../harness/model/image.js';
import { findLoan, takeLoan } from '../../images/lent-extras.js';
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
  const loan = await findLoan(image, cacheDirectory);
  return { directory, loan, take: () => loan && takeLoan(image, loan, { cacheDirectory, signal }) };
}

t.test('container images and programs, with their places', async (t) => {
  const { directory, loan, take } = await lentTo(t);
  t.equal(loan?.lender.directory, directory);
  const lent = { lentBy: 'reference-amd64' };
  t.match((await take())?.descriptor.extras, [
    { name: 'nginx', file: join(directory, 'nginx.bin'), ...lent },
    { name: 'busybox', file: join(directory, 'busybox.bin'), ...lent },
  ]);
});

t.test('not what the image has itself', async (t) => {
  const own = extra('nginx', 'oci-archive', 'its own');
  const { loan, take } = await lentTo(t, fakeImage({ extras: [own] }));
  t.same(
    loan?.extras.map(({ name }) => name),
    ['busybox'],
  );
  t.same((await take())?.descriptor.extras[0], own);
});

t.test(
  'nothing to an image that has all, of another architecture, or without a lender',
  async (t) => {
    t.equal((await lentTo(t, fakeImage({ extras: all }))).loan, undefined);
    t.equal((await lentTo(t, fakeImage({ arch: 'arm64' }))).loan, undefined);
    t.equal(await findLoan(fakeImage(), t.testdir({})), undefined);
  },
);

t.test('the newest reference image lends, and no variant of it', async (t) => {
  const cache = t.testdir({});
  const old = await keep(cache, 'old', {});
  await utimes(join(old, 'descriptor.json'), 1, 1);
  await keep(cache, 'variant', { name: 'reference-no-verity-amd64' });
  t.equal((await findLoan(fakeImage(), cache))?.lender.directory, old);
});

t.test('a file that is not what its descriptor says is refused', async (t) => {
  for (const contents of ['seven..', 'another size']) {
    const wrong = { extras: [extra('busybox', 'program', contents)] };
    const { take } = await lentTo(t, fakeImage(), wrong);
    await t.rejects(Promise.resolve(take()), { kind: 'usage', message: /busybox\.bin/ });
  }
});
