/**
 * A server that is not as it should be: other bytes, none, too slow, elsewhere, older.
 */

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { type Fault, FileServer, withoutLength } from '../../support/file-server.js';
import { detachedSignature } from '../../support/release-signatures.js';
import type { ReleaseWorld } from '../../support/release-world.js';
import { images, refusal, sendAndCut, skip, worldFor } from './fetch-world.js';

/** Sends the beginning only, whatever range is asked for, and cuts the connection. */
function cutAt(world: ReleaseWorld, bytes: Buffer, count: number): Fault {
  return (_request, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    void sendAndCut(world, response, bytes.subarray(0, count));
    return true;
  };
}

t.test('what comes is not what was promised', { skip }, async (t) => {
  const world = await worldFor(t);
  const { server, image } = world;
  const disk = await world.disk('4593.2.5');

  await t.test('other bytes', async (t) => {
    const other = Buffer.from(disk);
    other[other.length - 1] = (other.at(-1) ?? 0) ^ 1;
    server.files.set(image, other);
    const { code, message } = await refusal(world);
    t.equal(code, 'DIGEST_MISMATCH');
    t.match(message, new RegExp(`${image}: expected SHA-512 [0-9a-f]{128}, what came has`));
    t.same(await readdir(join(world.cacheDirectory, 'objects')), [], 'nothing is kept of it');
  });

  await t.test('fewer bytes, and the server thinks that is all', async (t) => {
    server.files.set(image, disk.subarray(0, disk.length >> 1));
    t.equal((await refusal(world)).code, 'DIGEST_MISMATCH');
  });

  await t.test('a connection that is always cut at the same place', async (t) => {
    server.files.set(image, disk);
    server.faults.set(image, cutAt(world, disk, 5_000));
    const { code, kind, message } = await refusal(world);
    t.same([code, kind], ['DOWNLOAD_TRUNCATED', 'infrastructure']);
    t.match(message, `${server.url}${image}: got 5000 bytes, expected ${disk.length}`);
    server.faults.clear();
  });

  await t.test('digests of another file', async (t) => {
    const text = Buffer.from(`# SHA512 HASH\n${'0'.repeat(128)}  other.img\n`);
    server.files.set(`${image}.DIGESTS`, text);
    server.files.set(`${image}.DIGESTS.sig`, await detachedSignature(text, world.key));
    const { code, message } = await refusal(world);
    t.equal(code, 'BAD_DIGESTS');
    t.match(message, 'should hold one SHA-512 of flatcar_production_qemu_image.img and holds none');
  });

  await t.test('an old image under a new version', async (t) => {
    await world.publish('4593.2.6');
    await world.add(world.path('flatcar_production_qemu_image.img', '4593.2.6'), disk);
    const { code, message } = await refusal(world);
    t.equal(code, 'VERSION_MISMATCH');
    t.match(message, 'says version 4593.2.5, expected 4593.2.6');
  });

  await t.test('an image of another channel', async (t) => {
    await world.publish('4593.2.7');
    const beta = await world.disk('4593.2.7', 'beta');
    await world.add(world.path('flatcar_production_qemu_image.img', '4593.2.7'), beta);
    const { code, message } = await refusal(world);
    t.equal(code, 'VERSION_MISMATCH');
    t.match(message, 'says channel beta, expected stable');
  });
  t.same(await images(world), []);
});

t.test('what is not there', { skip }, async (t) => {
  const world = await worldFor(t);
  const { server, image } = world;
  for (const [path, told] of [
    [image, 'is not there, though its .DIGESTS is'],
    [`${image}.sig`, `${image}.sig is not there; the release is incomplete`],
    [`${image}.DIGESTS`, `${image}.DIGESTS is not there; the release is incomplete`],
  ] as const) {
    await t.test(path, async (t) => {
      const bytes = server.files.get(path);
      server.files.delete(path);
      const { code, message } = await refusal(world);
      if (bytes) server.files.set(path, bytes);
      t.equal(code, 'MISSING_ASSET');
      t.match(message, told);
    });
  }
  t.match(await refusal(world, { release: '4593.2.9' }), {
    code: 'MISSING_ASSET',
    message: /4593\.2\.9\/version\.txt is not there/,
  });
  t.match(await refusal(world, { variant: 'qemu_uefi' }), {
    code: 'MISSING_ASSET',
    message: /qemu_uefi_image\.img is not there, nor is its \.DIGESTS/,
  });
  t.match(await refusal(world, { release: 'gamma' }), {
    code: 'BAD_FETCH',
    message: /gamma is no channel and no version; give alpha, beta, stable, lts/,
  });
  t.match(await refusal(world, { servers: ['ftp://x'] }), { code: 'BAD_FETCH' });
  server.files.set('/amd64-usr/current/version.txt', Buffer.alloc(2 ** 20 + 1));
  t.match(await refusal(world), {
    code: 'BAD_FETCH',
    message: /version\.txt has 1048577 bytes, expected 1048576 at most; check that --server has/,
  });
  server.faults.set('/amd64-usr/current/version.txt', withoutLength(Buffer.alloc(2 ** 21)));
  t.match(await refusal(world), {
    code: 'BAD_FETCH',
    message: /version\.txt has \d{7} bytes, expected 1048576 at most; check that --server has/,
  });
});

t.test('a slow server', { skip }, async (t) => {
  const world = await worldFor(t);
  const { server, image } = world;

  await t.test('that drips', async (t) => {
    server.faults.set(image, (_request, response) => {
      response.writeHead(200, { 'content-length': 1_000_000 });
      const drip = setInterval(() => response.write('x'), 20);
      response.once('close', () => clearInterval(drip));
      return true;
    });
    const startedMs = performance.now();
    const { code, kind, message } = await refusal(world);
    t.same([code, kind], ['DOWNLOAD_STALLED', 'infrastructure']);
    t.match(message, /\.img: \d+ bytes in 0\.3 s, expected 1024 at least/);
    t.ok(performance.now() - startedMs < 10_000);
  });

  await t.test('that takes too long in all', async (t) => {
    const error = world.fetchWith({ wholeMs: 200, idleMs: 60_000 });
    await t.rejects(error, {
      code: 'DOWNLOAD_TIMEOUT',
      message: /\.img was not there after 0 s; run the command again/,
    });
  });

  await t.test('that never answers', async (t) => {
    server.faults.set('/amd64-usr/current/version.txt', () => true);
    const error = world.fetchWith({ answerMs: 300, attempts: 1 });
    await t.rejects(error, { code: 'SERVER_UNREACHABLE', message: /no answer from http.*--proxy/ });
  });
});

t.test('redirects', { skip }, async (t) => {
  const world = await worldFor(t);
  const other = await FileServer.start();
  t.teardown(async () => await other.close());
  const { server, image } = world;
  other.files.set(image, server.files.get(image) ?? Buffer.alloc(0));
  const redirect =
    (location: string): Fault =>
    (_request, response) => {
      response.writeHead(302, { location }).end();
      return true;
    };

  await t.test('to another host', async (t) => {
    server.faults.set(image, redirect(`${other.url}${image}`));
    const { code, message } = await refusal(world);
    t.equal(code, 'REDIRECT_REFUSED');
    t.match(
      message,
      `redirects to ${other.url}, expected an answer of ${new URL(server.url).host}`,
    );
    t.match(message, `add --follow-host ${new URL(other.url).host}`);
    t.same(other.requests, [], 'which was not asked');
  });

  await t.test('in circles', async (t) => {
    server.faults.set(image, redirect(image));
    t.equal((await refusal(world)).code, 'REDIRECT_REFUSED');
  });

  await t.test('to a host that the user named', async (t) => {
    server.faults.set(image, redirect(`${other.url}${image}`));
    const { limits } = world.request().http;
    const http = { followHosts: [new URL(other.url).host], limits };
    t.ok(await world.fetch({ http }));
    t.equal(other.requests.length, 1);
  });
});

t.test('a channel that goes back', { skip }, async (t) => {
  const world = await worldFor(t);
  await world.fetch();
  await world.publish('4593.2.4');
  const { code, message } = await refusal(world);
  t.equal(code, 'DOWNGRADE_REFUSED');
  t.match(message, 'stable/amd64: the server offers 4593.2.4, expected 4593.2.5 or newer');
  t.match(message, 'add --allow-downgrade');
  const older = await world.fetch({ allowDowngrade: true });
  t.equal(older.descriptor.version, '4593.2.4');
  t.ok(await world.fetch(), 'and from then on that is the channel');

  const seen = join(world.cacheDirectory, 'seen-versions.json');
  for (const text of ['', '{"stable/amd64": "4593', '{"stable/amd64": 4593}']) {
    await writeFile(seen, text);
    const unreadable = await refusal(world);
    t.equal(unreadable.code, 'SEEN_UNREADABLE');
    t.match(unreadable.message, /seen-versions\.json: expected .*, seen no such JSON; remove it/);
    t.equal(await readFile(seen, 'utf8'), text, 'it stays as it is');
  }
});
