/**
 * Ways to a release: broken off, by mirrors, and without network.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { FileServer } from '../../support/file-server.js';
import { detachedSignature } from '../../support/release-signatures.js';
import { refusal, sendAndCut, skip, worldFor } from './fetch-world.js';

t.test('a cut is gone on from', { skip }, async (t) => {
  const world = await worldFor(t);
  const { server, image } = world;
  const disk = await world.disk('4593.2.5');
  let cuts = 0;
  server.faults.set(image, (request, response) => {
    cuts += 1;
    if (cuts > 3) return false;
    const start = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
    const rest = disk.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': rest.length,
      'content-range': `bytes ${start}-${disk.length - 1}/${disk.length}`,
    });
    void sendAndCut(world, response, rest.subarray(0, 4_000));
    return true;
  });
  await world.fetch();
  const asked = server.requests.filter((one) => one.startsWith(`GET ${image}`));
  asked.splice(
    0,
    asked.findIndex((one) => one.endsWith('.img') || one.includes('bytes=')),
  );
  const wholes = asked.filter((one) => one.includes(`${image} bytes=`) || one.endsWith(image));
  t.same(wholes, [
    `GET ${image}`,
    ...[4_000, 8_000, 12_000].map((from) => `GET ${image} bytes=${from}-`),
  ]);
  t.match(world.log.join('\n'), 'trying again from byte 4000 on in');

  await t.test('by a later command, too, and one that is damaged is fetched anew', async (t) => {
    const { cacheDirectory } = world;
    const digests = server.files.get(`${image}.DIGESTS`)?.toString() ?? '';
    const sha512 = /[0-9a-f]{128}/.exec(digests)?.[0] ?? '';
    for (const [start, requests] of [
      [disk.subarray(0, 7_000), 1],
      [Buffer.alloc(7_000), 2],
      [disk, 1],
      [Buffer.alloc(disk.length + 10), 2],
    ] as const) {
      const other = join(cacheDirectory, `cache-${start.length}-${requests}`);
      await execa('mkdir', ['-p', join(other, 'objects')]);
      await writeFile(join(other, 'objects', `${sha512}.part`), start);
      server.requests.length = 0;
      t.ok(await world.fetch({ cacheDirectory: other }));
      const brought = server.requests.filter(
        (one) => one.startsWith(`GET ${image} `) || one.endsWith(image),
      );
      t.equal(brought.length, requests);
      t.equal(brought[0], `GET ${image} bytes=${start.length}-`);
    }
    const longer = `it has ${disk.length + 10} bytes, expected ${disk.length} at most; it was removed`;
    t.match(world.log.join('\n'), longer);
  });
});

t.test('mirrors', { skip }, async (t) => {
  const world = await worldFor(t);
  const mirror = await FileServer.start();
  t.teardown(async () => await mirror.close());
  await world.publish('4593.2.5', mirror);
  const { server, image } = world;
  const servers = [server.url, mirror.url];
  const elsewhere = (name: string) => ({ servers, cacheDirectory: join(world.directory, name) });

  await t.test('instead of one that is gone', async (t) => {
    const fields = elsewhere('gone');
    t.ok(await world.fetch({ ...fields, servers: ['http://127.0.0.1:1', mirror.url] }));
    t.match(world.log.join('\n'), /no answer from http:\/\/127.0.0.1:1.*; trying 127.0.0.1/);
  });

  await t.test('instead of one that fails', async (t) => {
    server.faults.set(image, (_request, response) => {
      response.writeHead(503, { 'retry-after': '0' }).end();
      return true;
    });
    t.ok(await world.fetch(elsewhere('failing')));
    t.match(world.log.join('\n'), 'the server answered 503, expected 200; trying again');
    server.faults.clear();
  });

  await t.test('instead of one that lacks a file', async (t) => {
    const bytes = server.files.get(image) ?? Buffer.alloc(0);
    server.files.delete(image);
    t.ok(await world.fetch(elsewhere('lacking')));
    server.files.set(image, bytes);
  });

  await t.test('instead of one whose bytes are wrong', async (t) => {
    server.files.set(image, Buffer.alloc(10_000));
    t.ok(await world.fetch(elsewhere('wrong')));
    t.match(world.log.join('\n'), /expected SHA-512 .*; fetching it again/);
  });
});

t.test('a mirror with one bad small file', { skip }, async (t) => {
  const world = await worldFor(t);
  const mirror = await FileServer.start();
  t.teardown(async () => await mirror.close());
  await world.publish('4593.2.5', mirror);
  const { server, image } = world;
  const good = new Map(server.files);
  const garbage = Buffer.from('<html>not found</html>');
  const other = await detachedSignature(Buffer.from('other'), world.key);
  const otherDigests = Buffer.from(`# SHA512 HASH\n${'0'.repeat(128)}  other.img\n`);
  const text = '/amd64-usr/current/version.txt';
  const brought = ({ requests }: FileServer) => {
    return requests.filter((one) => one === `GET ${image}`).length;
  };
  const spoil = async (at: FileServer, path: string, bytes: Buffer) => {
    at.files.set(path, bytes);
    if (bytes !== otherDigests) return;
    at.files.set(`${path}.sig`, await detachedSignature(bytes, world.key));
  };
  const restore = () => {
    for (const at of [server, mirror]) {
      for (const [path, bytes] of good) at.files.set(path, bytes);
      at.requests.length = 0;
    }
    world.log.length = 0;
  };
  const servers = [server.url, mirror.url];
  const rows: readonly (readonly [string, Buffer, string, number])[] = [
    [`${image}.sig`, garbage, 'BAD_SIGNATURE', 0],
    [`${image}.sig`, other, 'BAD_SIGNATURE', 1],
    [`${image}.DIGESTS`, garbage, 'BAD_SIGNATURE', 0],
    [`${image}.DIGESTS`, otherDigests, 'BAD_DIGESTS', 0],
    [`${image}.DIGESTS.sig`, garbage, 'BAD_SIGNATURE', 0],
    [`${image}.DIGESTS.sig`, other, 'BAD_SIGNATURE', 0],
    [text, Buffer.from('FLATCAR_VERSION_ID=9999.2.0\n'), 'BAD_SIGNATURE', 0],
    [`${text}.sig`, garbage, 'BAD_SIGNATURE', 0],
  ];
  for (const [at, [path, bytes, code, downloads]] of rows.entries()) {
    const cacheDirectory = join(world.directory, `small-${at}`);
    restore();
    await spoil(server, path, bytes);
    t.ok(await world.fetch({ servers, cacheDirectory }), `${path}: another one is asked`);
    t.equal(brought(server), downloads, path);
    t.match(world.log.join('\n'), `; fetching it again from ${new URL(mirror.url).host}`);
    restore();
    await spoil(server, path, bytes);
    await spoil(mirror, path, bytes);
    const bad = await refusal(world, { servers, cacheDirectory: `${cacheDirectory}-all` });
    t.equal(bad.code, code, `${path}: when all are bad`);
    t.same([brought(server), brought(mirror)], [downloads, downloads], path);
  }

  await t.test('that lacks another, so that the two do not belong together', async (t) => {
    restore();
    server.files.set(`${image}.DIGESTS`, garbage);
    server.files.delete(`${image}.sig`);
    t.ok(await world.fetch({ servers, cacheDirectory: join(world.directory, 'mixed') }));
  });
});

t.test('offline', { skip }, async (t) => {
  const world = await worldFor(t);
  t.match(await refusal(world, { offline: true }), {
    code: 'NOT_STORED',
    message: /no stored image of stable for amd64 \(qemu\); .* fetch it once without --offline/,
  });
  const image = await world.fetch();
  world.server.requests.length = 0;
  t.same(await world.fetch({ offline: true }), image);
  t.same(world.server.requests, []);

  await t.test('since no server answers, which is said', async (t) => {
    t.same(await world.fetch({ servers: ['http://127.0.0.1:1'] }), image);
    const said = world.log.join('\n');
    t.match(said, /warning: no answer from http:\/\/127\.0\.0\.1:1/);
    t.match(said, /warning: using the stored 4593\.2\.5, fetched at 20/);
  });

  await t.test('a refusal is not covered up by what is stored', async (t) => {
    world.server.files.set(
      '/amd64-usr/current/version.txt',
      Buffer.from('FLATCAR_VERSION=1.2.3\n'),
    );
    t.equal((await refusal(world)).code, 'BAD_SIGNATURE');
  });

  await t.test('what is damaged is not used', async (t) => {
    await writeFile(join(image.directory, image.descriptor.disk.file), 'damaged');
    t.equal((await refusal(world, { offline: true })).code, 'NOT_AN_IMAGE');
  });
});
