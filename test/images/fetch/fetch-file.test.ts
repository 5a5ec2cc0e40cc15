/**
 * Images that come with a digest instead of a signature, and unpacking without the host's programs.
 */

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable, type Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import t from 'tap';
import { unpackedName, unpacker } from '../../../images/fetch/compression.js';
import { sha512Of } from '../../../images/fetch/digests-text.js';
import { fetchFile } from '../../../images/fetch/fetch-file.js';
import { compareVersions, parseVersionText } from '../../../images/fetch/version-text.js';
import { digestsText } from '../../support/release-signatures.js';
import { ReleaseWorld } from '../../support/release-world.js';
import { skipUnless } from '../test-disk.js';

const skip = await skipUnless('sgdisk', 'mkfs.erofs', 'mformat', 'mkfs.ext4', 'qemu-img');

t.test('a URL or a file with a digest', { skip }, async (t) => {
  const world = await ReleaseWorld.make(t.testdir());
  t.teardown(async () => await world.close());
  const disk = await world.disk('4593.2.5');
  world.server.files.set('/some/image.img', disk);
  const source = `${world.server.url}/some/image.img`;
  const sha512 = createHash('sha512').update(disk).digest('hex');
  const request = { ...world.request(), source, sha512 };

  await t.test('none', async (t) => {
    await t.rejects(fetchFile({ ...request, sha512: undefined }), {
      code: 'URL_WITHOUT_DIGEST',
      message: /image\.img comes without a signature; add --sha512/,
    });
  });

  await t.test('half of one', async (t) => {
    await t.rejects(fetchFile({ ...request, sha512: sha512.slice(64) }), {
      code: 'BAD_FETCH',
      message: /^--sha512 [0-9a-f]{64} has 64 characters; give 128 hexadecimal digits$/,
    });
  });

  await t.test('more than the disk holds', async (t) => {
    world.server.faults.set('/some/image.img', (_request, response) => {
      response.writeHead(200, { 'content-length': 2 ** 50 }).flushHeaders();
      return true;
    });
    await t.rejects(fetchFile({ ...request, quotaBytes: 2 ** 60 }), {
      code: 'NO_DISK_SPACE',
      kind: 'infrastructure',
      message:
        /^\d+ MiB are needed in .*objects, and \d+ MiB are free; make room with: .\/yard images gc/,
    });
    world.server.faults.clear();
  });

  await t.test('another', async (t) => {
    await t.rejects(fetchFile({ ...request, sha512: 'a'.repeat(128) }), {
      code: 'DIGEST_MISMATCH',
      message: new RegExp(`expected SHA-512 a{128}, what came has ${sha512}`),
    });
  });

  await t.test('the right one, and from then on without the server', async (t) => {
    const image = await fetchFile({ ...request, sha512: sha512.toUpperCase() });
    t.equal(image.descriptor.version, '4593.2.5');
    world.server.files.clear();
    t.same(await fetchFile({ ...request, offline: true }), image);
  });

  await t.test('a file of the host', async (t) => {
    const file = join(world.directory, 'local.img');
    await writeFile(file, disk);
    const cacheDirectory = join(world.directory, 'other');
    const image = await fetchFile({ ...request, source: file, cacheDirectory });
    t.same(await readFile(join(image.directory, 'local.img')), disk);
    const missing = fetchFile({ ...request, source: '/nonexistent/x', sha512: 'b'.repeat(128) });
    await t.rejects(missing, { code: 'BAD_FETCH', message: /x is no file/ });
  });

  await t.test('a URL that is gone', async (t) => {
    const gone = { ...request, sha512: 'c'.repeat(128) };
    await t.rejects(fetchFile(gone), { code: 'MISSING_ASSET' });
    await t.rejects(fetchFile({ ...gone, offline: true }), { code: 'NOT_STORED' });
  });
});

t.test('unpacking', async (t) => {
  const text = Buffer.from('all work and no play '.repeat(10_000));
  for (const [tool, extension] of [
    ['bzip2', '.bz2'],
    ['gzip', '.gz'],
  ] as const) {
    await t.test(tool, { skip: await skipUnless(tool) }, async (t) => {
      const { stdout } = await execa(tool, ['-c'], { input: text, encoding: 'buffer' });
      for (const tools of [true, false]) {
        const stream = await unpacker(`x${extension}`, { tools });
        if (stream === undefined) throw new Error('no stream');
        Readable.from([Buffer.from(stdout)]).pipe(stream as Writable);
        t.same(await buffer(stream), text, tools ? 'by the program' : 'in JavaScript');
      }
    });
  }
  await t.test('what is torn', { skip: await skipUnless('bzip2') }, async (t) => {
    const { stdout } = await execa('bzip2', ['-c'], { input: text, encoding: 'buffer' });
    for (const tools of [true, false]) {
      const stream = await unpacker('x.bz2', { tools });
      if (stream === undefined) throw new Error('no stream');
      const torn = Readable.from([Buffer.from(stdout).subarray(0, 60)]);
      await t.rejects(pipeline(torn, stream, new PassThrough().resume()));
    }
  });
  t.equal(unpackedName('a.img.bz2'), 'a.img');
  t.equal(await unpacker('a.img'), undefined);
  await t.rejects(unpacker('a.xz', { tools: false }), { message: /install package xz/ });
});

t.test('texts', async (t) => {
  const digests = digestsText('a.img', Buffer.from('a'));
  const sha512 = createHash('sha512').update('a').digest('hex');
  t.equal(sha512Of('a.img', digests.replace(sha512, sha512.toUpperCase()), 'x'), sha512);
  const two = `${digests}${'0'.repeat(128)}  a.img\n`;
  t.throws(() => sha512Of('a.img', two, 'x'), { message: /holds 2 different ones/ });
  const onlyMd5 = `# MD5 HASH\n${sha512}  a.img\n`;
  t.throws(() => sha512Of('a.img', onlyMd5, 'x'), { code: 'BAD_DIGESTS' });

  t.same(parseVersionText('FLATCAR_VERSION_ID="4593.2.5"\nFLATCAR_BUILD_ID="x y"\n', 'x'), {
    version: '4593.2.5',
    buildId: 'x y',
  });
  t.throws(() => parseVersionText('<html>', 'x'), { code: 'BAD_FETCH' });
  t.throws(() => parseVersionText('FLATCAR_VERSION_ID=../..\n', 'x'), { code: 'BAD_FETCH' });
  const versions = ['4593.2.10', '4593.2.9', '4593.10.0', '12.0.0', '4081.3.1'];
  t.same(versions.toSorted(compareVersions), [
    ...['12.0.0', '4081.3.1', '4593.2.9', '4593.2.10', '4593.10.0'],
  ]);
});
