/**
 * Opening images by path and by name: directories with a descriptor, the cache, and everything that
 * is not an image.
 */

import { existsSync } from 'node:fs';
import { mkdir, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import t from 'tap';
import type { ImageDescriptor } from '../../harness/model/image.js';
import { checkImage, listImages, openImage } from '../../images/catalogue.js';
import { failure } from './open-failure.js';
import { skipUnless } from './test-disk.js';

const { signal } = new AbortController();

async function sha256(path: string): Promise<string> {
  return (await execa('sha256sum', [path])).stdout.slice(0, 64);
}

/** A directory whose disk is four bytes: whether it boots is not the catalogue's business. */
async function makeImage(
  directory: string,
  changes: object = {},
  disk: 'new' | 'as it is' = 'new',
): Promise<ImageDescriptor> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, 'disk.qcow2');
  if (disk === 'new') await writeFile(path, 'disk');
  const descriptor: ImageDescriptor = {
    schema: 1,
    name: 'reference-amd64',
    osName: 'Switchyard Reference OS',
    osId: 'switchyard',
    channel: 'developer',
    version: '1.0.0',
    arch: 'amd64',
    board: 'amd64-usr',
    disk: {
      file: 'disk.qcow2',
      sizeBytes: 4,
      sha256: await sha256(path),
      format: 'qcow2',
      virtualBytes: 1024,
    },
    firmware: ['uefi'],
    capabilities: ['verity'],
    extras: [],
    packages: [],
    origin: 'key',
    ...changes,
  };
  await writeFile(join(directory, 'descriptor.json'), JSON.stringify(descriptor));
  return descriptor;
}

t.test('a directory with a descriptor', async (t) => {
  const root = t.testdir();
  const cacheDirectory = join(root, 'cache');
  const directory = join(root, 'image');
  const descriptor = await makeImage(directory);

  t.test('opens, by directory and by disk', async (t) => {
    t.same(await openImage(directory, { cacheDirectory, signal }), { directory, descriptor });
    const disk = join(directory, 'disk.qcow2');
    t.same(await openImage(disk, { cacheDirectory, signal }), { directory, descriptor });
    t.ok(existsSync(cacheDirectory), 'the digest is remembered');
  });

  t.test('changed bytes of the same size are noticed', async (t) => {
    await writeFile(join(directory, 'disk.qcow2'), 'DISK');
    const error = await failure(directory, cacheDirectory);
    t.equal(error.code, 'IMAGE_DIGEST_MISMATCH');
    t.match(error.message, `expected sha256 ${descriptor.disk.sha256}, the file has `);
    t.match(error.message, 'download or build it again');
  });

  t.test('a cut-off disk and a missing extra', async (t) => {
    await truncate(join(directory, 'disk.qcow2'), 3);
    const short = await failure(directory, cacheDirectory);
    t.equal(short.code, 'NOT_AN_IMAGE');
    t.match(short.message, 'disk.qcow2 should have 4 bytes and has 3; build or download');
    const extra = { ...descriptor.disk, file: 'podman.raw', name: 'podman', type: 'sysext' };
    await makeImage(directory, { extras: [extra] });
    t.match((await failure(directory, cacheDirectory)).message, 'its file podman.raw is missing');
  });

  t.test('invalid descriptors name the field', async (t) => {
    const disk = { ...descriptor.disk, file: '../disk' };
    await makeImage(directory, { schema: 9, arch: 'mips', disk });
    const { code, message } = await failure(directory, cacheDirectory);
    t.equal(code, 'NOT_AN_IMAGE');
    t.match(message, 'schema: Invalid input: expected 1');
    t.match(message, 'arch: Invalid option');
    t.match(message, 'disk.file: must lie in the directory of the descriptor');
    await writeFile(join(directory, 'descriptor.json'), '{');
    t.match((await failure(directory, cacheDirectory)).message, 'descriptor.json cannot be read');
  });
});

const noTool = await skipUnless('qemu-img');

t.test('a descriptor does not vouch for what is not in the file', { skip: noTool }, async (t) => {
  const root = t.testdir({ secret: 'x'.repeat(4096) });
  const cacheDirectory = join(root, 'cache');
  const directory = join(root, 'image');
  const { disk } = await makeImage(directory);
  const path = join(directory, 'disk.qcow2');
  const create = async (...options: readonly string[]) => {
    await execa('qemu-img', ['create', '-q', '-f', 'qcow2', ...options]);
    const { size: sizeBytes } = await stat(path);
    return { ...disk, sizeBytes, sha256: await sha256(path) };
  };

  const lent = await create('-b', join(root, 'secret'), '-F', 'raw', path);
  await makeImage(directory, { disk: lent }, 'as it is');
  const backed = await failure(directory, cacheDirectory);
  t.equal(backed.code, 'NOT_AN_IMAGE');
  t.match(backed.message, `part of it is in another file, ${join(root, 'secret')}; make it whole`);

  const other = await create(path, '1M');
  await makeImage(directory, { disk: other }, 'as it is');
  const { message } = await failure(directory, cacheDirectory);
  t.match(message, 'its descriptor says qcow2 of 1024 bytes, and disk.qcow2 is qcow2 of 1048576');
  await makeImage(directory, { disk: { ...other, virtualBytes: 2 ** 20 } }, 'as it is');
  t.ok(await openImage(directory, { cacheDirectory, signal }), 'whole and as described');
});

t.test('names', async (t) => {
  const cacheDirectory = t.testdir();
  const images = join(cacheDirectory, 'images');
  const missing = await failure('reference', cacheDirectory);
  t.equal(missing.code, 'IMAGE_NOT_FOUND');
  t.match(missing.message, 'image reference: there is no such file; build it with: ./yard images');
  t.same(await listImages(cacheDirectory), []);

  await makeImage(join(images, 'old'), { version: '1.0.0' });
  await utimes(join(images, 'old', 'descriptor.json'), 1, 1);
  await makeImage(join(images, 'new'), { version: '2.0.0' });
  await mkdir(join(images, 'half-built'));
  await mkdir(join(images, 'broken'));
  await writeFile(join(images, 'broken', 'descriptor.json'), '[]');
  await utimes(join(images, 'broken', 'descriptor.json'), 2, 2);

  const listing = await listImages(cacheDirectory);
  t.match(listing, [
    { kind: 'image', image: { directory: join(images, 'new') } },
    { kind: 'broken', directory: join(images, 'broken'), problem: 'descriptor.json is not valid' },
    { kind: 'image', image: { directory: join(images, 'old') } },
  ]);
  for (const name of ['reference', 'reference-amd64']) {
    const image = await openImage(name, { cacheDirectory, signal });
    t.equal(image.descriptor.version, '2.0.0', `${name} is the newest`);
  }
});

t.test('what is not an image', async (t) => {
  const root = t.testdir({
    text: 'hello',
    empty: '',
    'disk.img.gz': '',
    'disk.img.bz2': 'BZh91AY',
    'half.qcow2': 'QFI\u00fb',
    directory: {},
  });
  await writeFile(join(root, 'disk.img.gz'), gzipSync('disk'));
  await writeFile(join(root, 'half.qcow2'), Buffer.from('514649fb00000003', 'hex'));
  const mbr = Buffer.alloc(4096);
  mbr.writeUInt16LE(0xaa55, 510);
  await writeFile(join(root, 'mbr.raw'), mbr);
  const cacheDirectory = join(root, 'cache');
  const expectations = [
    ['none', 'IMAGE_NOT_FOUND', 'there is no such file; give the path of a disk image'],
    ['text', 'NOT_AN_IMAGE', 'it is neither a qcow2 nor a raw disk with a partition table; give'],
    ['empty', 'NOT_AN_IMAGE', 'it is neither a qcow2 nor a raw disk'],
    ['directory', 'NOT_AN_IMAGE', 'the directory has no descriptor.json; give a qcow2 or raw'],
    ['disk.img.gz', 'NOT_AN_IMAGE', 'compressed with gzip; decompress it first: gunzip --keep /'],
    ['disk.img.bz2', 'NOT_AN_IMAGE', 'compressed with bzip2; decompress it first: bunzip2 --keep'],
    ['half.qcow2', 'NOT_AN_IMAGE', 'qemu-img cannot read it'],
    ['mbr.raw', 'NOT_AN_IMAGE', 'its partition table is not sound: no "EFI PART" signature'],
  ] as const;
  for (const [name, code, text] of expectations) {
    const error = await failure(join(root, name), cacheDirectory);
    t.equal(error.code, code, name);
    t.match(error.message, text);
  }
  t.match(await failure('/dev/null', cacheDirectory), { code: 'NOT_AN_IMAGE' });
  for (const [name, code, text] of expectations.slice(0, 6)) {
    const promise = checkImage(join(root, name), cacheDirectory);
    await t.rejects(promise, { code, message: text }, `${name} is noticed without any tool`);
  }
  await t.resolves(checkImage(join(root, 'mbr.raw'), cacheDirectory), 'looks like one');
  t.notOk(existsSync(cacheDirectory), 'nothing was created');
});
