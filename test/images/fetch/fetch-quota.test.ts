/**
 * What downloads may occupy: told before they come, found out while they come, and when they are
 * unpacked.
 */

import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import t from 'tap';
import { type FileRequest, fetchFile } from '../../../images/fetch/fetch-file.js';
import { ObjectStore } from '../../../images/store/object-store.js';
import { FileServer, shortLimits, withoutLength } from '../../support/file-server.js';
import type { ReleaseWorld } from '../../support/release-world.js';
import { skipUnless } from '../test-disk.js';
import { images, refusal, signal, skip, worldFor } from './fetch-world.js';

const mebibyte = 2 ** 20;

async function objects(world: ReleaseWorld): Promise<readonly string[]> {
  return await readdir(join(world.cacheDirectory, 'objects')).catch(() => []);
}

t.test('of images', { skip }, async (t) => {
  const world = await worldFor(t);
  const { length } = await world.disk('4593.2.5');
  t.match(await refusal(world, { quotaBytes: length - 1 }), {
    code: 'OVER_QUOTA',
    message: /\d+ MiB do not fit: 0 of \d+ MiB for downloads are taken; give a larger --quota/,
  });
  await world.fetch();
  await world.publish('4593.2.6');
  await world.fetch();
  await world.publish('4593.2.7');
  const quotaBytes = 2 * length + 200_000;
  await world.fetch({ quotaBytes });
  t.same((await images(world)).toSorted(), [
    'flatcar-4593.2.6-amd64-qemu',
    'flatcar-4593.2.7-amd64-qemu',
  ]);
  t.match(world.log.join('\n'), 'removed images/flatcar-4593.2.5-amd64-qemu to make room');
});

t.test('of one whose length nobody tells', { skip }, async (t) => {
  const world = await worldFor(t);
  world.server.faults.set(world.image, withoutLength(Buffer.alloc(12 * mebibyte)));
  t.match(await refusal(world, { quotaBytes: 10 * mebibyte }), {
    code: 'OVER_QUOTA',
    message: /\d+ MiB do not fit: \d+ of 10 MiB .* taken by what is in use or newest; give/,
  });
  t.same(await objects(world), [], 'nothing is kept of it');
  world.server.faults.set(world.image, withoutLength(await world.disk('4593.2.5')));
  t.ok(await world.fetch({ quotaBytes: 10 * mebibyte }), 'one that fits');
});

t.test('of what is unpacked', { skip: skip || (await skipUnless('bzip2')) }, async (t) => {
  const world = await worldFor(t);
  const mirror = await FileServer.start();
  t.teardown(async () => await mirror.close());
  const input = Buffer.alloc(32 * mebibyte);
  const { stdout } = await execa('bzip2', ['-c'], { input, encoding: 'buffer' });
  for (const server of [world.server, mirror]) {
    await world.publish('4593.2.5', server);
    for (const suffix of ['', '.sig', '.DIGESTS']) server.files.delete(`${world.image}${suffix}`);
    await world.add(`${world.image}.bz2`, Buffer.from(stdout), { server });
  }
  const servers = [world.server.url, mirror.url];
  t.equal((await refusal(world, { servers, quotaBytes: 20 * mebibyte })).code, 'OVER_QUOTA');
  t.same(await objects(world), [], 'nothing is kept of it');
  const brought = [...world.server.requests, ...mirror.requests];
  t.equal(brought.filter((one) => one.endsWith('.bz2')).length, 1, 'and it is not fetched again');

  await t.test('other bytes than promised are told as that', async (t) => {
    const more = await execa('bzip2', ['-c'], {
      input: Buffer.alloc(48 * mebibyte),
      encoding: 'buffer',
    });
    world.server.files.set(`${world.image}.bz2`, Buffer.from(more.stdout));
    const { code } = await refusal(world, { quotaBytes: 20 * mebibyte });
    t.equal(code, 'DIGEST_MISMATCH');
  });
});

t.test('images make room for what is unpacked', { skip }, async (t) => {
  const world = await worldFor(t);
  await world.fetch();
  await world.publish('4593.2.6');
  await world.fetch();
  const packed = gzipSync(randomBytes(6 * mebibyte));
  const taken = await new ObjectStore(world.cacheDirectory).sizeBytes();
  // As much room as there is, but for what one of the images occupies.
  const quotaBytes = taken + packed.length + 8 * mebibyte;
  const request = { ...(await fileRequest(world.directory, packed)), quotaBytes };
  const { cacheDirectory } = world;
  await t.rejects(fetchFile({ ...request, cacheDirectory }), { code: 'NOT_AN_IMAGE' });
  t.same(await images(world), ['flatcar-4593.2.6-amd64-qemu']);
});

t.test('a disk that is full', async (t) => {
  const request = await fileRequest(t.testdir(), gzipSync(Buffer.alloc(mebibyte)));
  const directory = join(request.cacheDirectory, 'objects');
  await mkdir(directory, { recursive: true });
  const target = join(directory, `${request.sha512}.part.unpacked`);
  // Linux lets every write to it fail as on a full disk (full(4)).
  await symlink('/dev/full', target);
  await t.rejects(fetchFile(request), {
    code: 'NO_DISK_SPACE',
    kind: 'infrastructure',
    message: `${target}: no space is left on the disk; make some with: ./yard images gc`,
  });
  t.same(await readdir(directory), [], 'nothing is kept of it');
});

/** A file of the host that is to be fetched with its digest. */
async function fileRequest(
  directory: string,
  bytes: Buffer,
): Promise<FileRequest & { readonly sha512: string }> {
  const source = join(directory, 'disk.img.gz');
  await writeFile(source, bytes);
  return {
    source,
    sha512: createHash('sha512').update(bytes).digest('hex'),
    http: { followHosts: [], limits: shortLimits },
    cacheDirectory: join(directory, 'cache'),
    quotaBytes: 2 ** 30,
    offline: false,
    log: () => undefined,
    signal,
  };
}
