/**
 * Fetching from a release server that is as it should be, and what is kept of it.
 */

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { openImage } from '../../../images/catalogue.js';
import { skipUnless } from '../test-disk.js';
import { images, refusal, signal, skip, worldFor } from './fetch-world.js';

t.test('a release of a channel', { skip }, async (t) => {
  const world = await worldFor(t);
  const image = await world.fetch();
  t.equal(basename(image.directory), 'flatcar-4593.2.5-amd64-qemu');
  t.match(image.descriptor, { version: '4593.2.5', channel: 'stable', origin: 'fetched' });
  const disk = join(image.directory, image.descriptor.disk.file);
  t.same(await readFile(disk), await world.disk('4593.2.5'));

  await t.test('opens by all its names', async (t) => {
    const { cacheDirectory } = world;
    for (const name of ['flatcar-stable', 'flatcar-stable-amd64', '4593.2.5', 'flatcar']) {
      t.equal((await openImage(name, { cacheDirectory, signal })).directory, image.directory, name);
    }
    const missing = openImage('flatcar-beta', { cacheDirectory, signal });
    await t.rejects(missing, { message: /fetch it with: .\/yard images fetch beta/ });
  });

  await t.test('anybody can check it again by hand', async (t) => {
    const { stdout } = await execa('sha512sum', [disk]);
    t.match(await readFile(`${disk}.DIGESTS`, 'utf8'), stdout.slice(0, 128));
    t.ok(existsSync(`${disk}.sig`));
  });

  await t.test('is not downloaded again', async (t) => {
    world.server.requests.length = 0;
    t.same(await world.fetch(), image);
    t.notMatch(world.server.requests.join('\n'), /GET .*\.img$/m);
    t.same(await world.fetch({ release: '4593.2.5', servers: ['http://127.0.0.1:1'] }), image);
  });

  await t.test('a newer one comes beside it, and is what the channel means', async (t) => {
    await world.publish('4593.2.6');
    const newer = await world.fetch();
    t.equal(newer.descriptor.version, '4593.2.6');
    const { cacheDirectory } = world;
    const named = await openImage('flatcar-stable', { cacheDirectory, signal });
    t.equal(named.directory, newer.directory);
    t.equal((await images(world)).length, 2);
  });
});

t.test('compressed images', { skip: skip || (await skipUnless('bzip2')) }, async (t) => {
  const world = await worldFor(t);
  const { server, image } = world;
  const disk = await world.disk('4593.2.5');
  for (const suffix of ['', '.sig', '.DIGESTS', '.DIGESTS.sig', '.DIGESTS.asc']) {
    server.files.delete(`${image}${suffix}`);
  }
  const packed = await execa('bzip2', ['-c'], { input: disk, encoding: 'buffer' });
  await world.add(`${image}.bz2`, Buffer.from(packed.stdout));
  const fetched = await world.fetch();
  t.same(await readFile(join(fetched.directory, basename(image))), disk);
  t.same((await readdir(join(world.cacheDirectory, 'objects'))).length, 1, 'unpacked only');

  await t.test('that are torn', async (t) => {
    await world.add(
      `${image}.bz2`,
      Buffer.from(packed.stdout).subarray(0, packed.stdout.length >> 1),
    );
    const { code, message } = await refusal(world, {
      cacheDirectory: join(world.directory, 'torn'),
    });
    t.equal(code, 'BAD_FETCH');
    t.match(message, /\.img\.bz2: it can't be unpacked \(/);
  });
});

t.test('two fetches at once', { skip }, async (t) => {
  const world = await worldFor(t);
  const [a, b] = await Promise.all([world.fetch(), world.fetch()]);
  t.same(a, b);
  const brought = world.server.requests.filter((one) => one.endsWith('qemu_image.img'));
  t.equal(brought.length, 1, 'one download');
  t.match(world.log.join('\n'), 'another process is fetching 4593.2.5; waiting for it');
});
