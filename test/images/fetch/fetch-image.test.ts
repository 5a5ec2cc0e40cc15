/**
 * Fetching from a release server that is as it should be, from one that is not in every way that we
 * could think of, and from none.
 */

import { existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { HarnessError } from '../../../harness/base/errors.js';
import { poll } from '../../../harness/base/poll.js';
import { openImage } from '../../../images/catalogue.js';
import type { FetchRequest } from '../../../images/fetch/fetch-image.js';
import {
  detachedSignature,
  type Fault,
  FileServer,
  makeKey,
  ReleaseWorld,
  sendFile,
} from '../../support/release-world.js';
import { skipUnless } from '../test-disk.js';

const { signal } = new AbortController();
const skip = await skipUnless('sgdisk', 'mkfs.erofs', 'mformat', 'mkfs.ext4', 'qemu-img');

/** A world for one test, gone with it. */
async function worldFor(t: Test): Promise<ReleaseWorld> {
  const world = await ReleaseWorld.make(t.testdir());
  t.teardown(async () => await world.close());
  await world.publish();
  return world;
}

/** The error of a fetch, which must be one line and leave no image behind. */
async function refusal(
  world: ReleaseWorld,
  fields: Partial<FetchRequest> = {},
): Promise<HarnessError> {
  const thrown: unknown = await world.fetch(fields).catch((error: unknown) => error);
  if (!(thrown instanceof HarnessError)) throw new Error('it was fetched', { cause: thrown });
  if (thrown.message.includes('\n')) throw new Error(`not one line: ${thrown.message}`);
  return thrown;
}

async function images(world: ReleaseWorld): Promise<readonly string[]> {
  return await readdir(join(world.cacheDirectory, 'images')).catch(() => []);
}

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

t.test('signatures', { skip }, async (t) => {
  const world = await worldFor(t);
  const { server, image } = world;
  const disk = await world.disk('4593.2.5');
  const original = new Map(server.files);
  const restore = () => original.forEach((bytes, path) => void server.files.set(path, bytes));

  await t.test('bad', async (t) => {
    server.files.set(`${image}.sig`, await detachedSignature(Buffer.from('other'), world.key));
    const { code, kind, message } = await refusal(world);
    t.same([code, kind], ['BAD_SIGNATURE', 'usage']);
    t.match(message, `${server.url}${image}: its signature by ${world.key.fingerprint.slice(-16)}`);
    t.match(message, 'does not hold (signed digest did not match); do not use the file');
  });

  await t.test('of the digests, bad', async (t) => {
    restore();
    const other = await detachedSignature(Buffer.from('other'), world.key);
    server.files.set(`${image}.DIGESTS.sig`, other);
    const { code, message } = await refusal(world);
    t.equal(code, 'BAD_SIGNATURE');
    t.match(message, `${image}.DIGESTS: its signature`);
  });

  await t.test('of the digests, clear and bad', async (t) => {
    restore();
    server.files.delete(`${image}.DIGESTS.sig`);
    const asc = server.files
      .get(`${image}.DIGESTS.asc`)
      ?.toString()
      .replace(/[0-9a-f]{128}/, '0');
    server.files.set(`${image}.DIGESTS.asc`, Buffer.from(asc ?? ''));
    const { code, message } = await refusal(world);
    t.equal(code, 'BAD_SIGNATURE');
    t.match(message, `${image}.DIGESTS: its clear signature does not hold`);
  });

  await t.test('of version.txt, bad', async (t) => {
    restore();
    const path = '/amd64-usr/current/version.txt';
    server.files.set(path, Buffer.from('FLATCAR_VERSION_ID=9999.2.0\n'));
    const { code, message } = await refusal(world);
    t.equal(code, 'BAD_SIGNATURE');
    t.match(message, `${server.url}${path}: its signature`);
  });

  await t.test('by an unknown key', async (t) => {
    restore();
    await world.add(image, disk, { key: await makeKey() });
    const { code, message } = await refusal(world);
    t.equal(code, 'UNKNOWN_SIGNER');
    t.match(message, /it is signed by key [0-9a-f]{16}, expected a key of [0-9a-f]{16};/);
  });

  await t.test('garbage', async (t) => {
    restore();
    server.files.set(`${image}.sig`, Buffer.from('<html>not found</html>'));
    const { code, message } = await refusal(world);
    t.equal(code, 'BAD_SIGNATURE');
    t.match(message, /its \.sig is no signature/);
  });

  await t.test('over an unsafe hash', async (t) => {
    restore();
    // After two bytes of header: version 4, type, algorithm of the key, of the hash; 2 is SHA-1.
    const bytes = Buffer.from(original.get(`${image}.sig`) ?? []);
    t.equal(bytes[2], 4);
    bytes[5] = 2;
    server.files.set(`${image}.sig`, bytes);
    const { code, message } = await refusal(world);
    t.equal(code, 'BAD_SIGNATURE');
    t.match(message, /\.img: it is signed over an unsafe hash, number 2; do not use the file/);
  });

  await t.test('by a key that has expired', async (t) => {
    restore();
    const date = new Date('2020-01-01T00:00:00Z');
    const key = await makeKey({ date, keyExpirationTime: 86_400 });
    await world.add(image, disk, { key, date });
    const files = [await world.writeKey(world.key), await world.writeKey(key, 'old.asc')];
    const fingerprints = [key.fingerprint, world.key.fingerprint];
    const keys = { files, fingerprints, directory: '/nonexistent' };
    const { code, message } = await refusal(world, { keys });
    t.equal(code, 'EXPIRED_KEY');
    t.match(message, /which signed .* at 2020-01-01, is no longer valid; get the current key file/);
    t.same(await images(world), [], 'nothing is left of all these attempts');
    t.ok(await world.fetch({ keys, allowExpiredKey: true }), 'an old release, when one insists');
  });
});

t.test('keys', { skip }, async (t) => {
  const world = await worldFor(t);
  const file = join(world.directory, 'key.asc');
  const directory = join(world.directory, 'keys');

  await t.test('none', async (t) => {
    const keys = { files: [], fingerprints: [], directory };
    const { code, message } = await refusal(world, { keys });
    t.equal(code, 'NO_KEY');
    t.match(message, `give --key FILE, or put Flatcar's image signing key into ${directory}`);
  });

  await t.test('one that nobody vouched for', async (t) => {
    const { code, message } = await refusal(world, {
      keys: { files: [file], fingerprints: [], directory },
    });
    t.equal(code, 'KEY_NOT_PINNED');
    t.match(message, `its fingerprint is ${world.key.fingerprint}, expected f88cfede`);
  });

  await t.test('no key at all', async (t) => {
    const path = join(world.directory, 'text.asc');
    await writeFile(path, 'hello');
    const { code } = await refusal(world, {
      keys: { files: [path], fingerprints: [], directory },
    });
    t.equal(code, 'BAD_KEY');
  });

  await t.test('half of a fingerprint', async (t) => {
    const fingerprints = [world.key.fingerprint.slice(20)];
    const keys = { files: [file], fingerprints, directory };
    const { code, message } = await refusal(world, { keys });
    t.equal(code, 'BAD_KEY');
    t.match(message, /^[0-9a-f]{20} is no fingerprint of a key; give all 40 hexadecimal digits/);
  });

  await t.test('of the configuration', async (t) => {
    const place = t.testdir({
      'release.asc': world.key.publicKey.armor(),
      fingerprints: `# ours\n${world.key.fingerprint.toUpperCase().replace(/(.{4})/g, '$1 ')}\n`,
    });
    t.ok(await world.fetch({ keys: { files: [], fingerprints: [], directory: place } }));
  });
  t.same(world.server.requests.filter((one) => one.includes('.img')).length > 0, true);
});

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

/** Sends the beginning only, whatever range is asked for, and cuts the connection. */
function cutAt(world: ReleaseWorld, bytes: Buffer, count: number): Fault {
  return (_request, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    void sendAndCut(world, response, bytes.subarray(0, count));
    return true;
  };
}

/** Cuts when the bytes have reached the disk: what is still on its way is lost with a connection. */
async function sendAndCut(
  { cacheDirectory }: ReleaseWorld,
  response: ServerResponse,
  bytes: Buffer,
): Promise<void> {
  const objects = join(cacheDirectory, 'objects');
  const look = async () => {
    const [name = ''] = (await readdir(objects)).filter((one) => one.endsWith('.part'));
    return await stat(join(objects, name)).catch(() => undefined);
  };
  const before = await look();
  response.write(bytes);
  await poll(async () => ((await look())?.mtimeMs !== before?.mtimeMs ? true : undefined), {
    signal,
    intervalMs: 5,
  });
  response.destroy();
}

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

t.test('quota', { skip }, async (t) => {
  const world = await worldFor(t);
  const { length } = await world.disk('4593.2.5');
  t.match(await refusal(world, { quotaBytes: length - 1 }), {
    code: 'OVER_QUOTA',
    message: /\d+ MiB do not fit: 0 of \d+ MiB .*; give a larger --quota/,
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

t.test('a proxy', { skip }, async (t) => {
  const world = await worldFor(t);
  const proxy = await FileServer.start();
  t.teardown(async () => await proxy.close());
  proxy.files.clear();
  for (const [path, bytes] of world.server.files) {
    proxy.faults.set(path, (request, response) => {
      t.match(request.url, /^http:\/\/stable\.release\.example/, 'the whole URL is asked for');
      sendFile(request, response, bytes);
      return true;
    });
  }
  const servers = ['http://{channel}.release.example'];
  const { limits } = world.request().http;
  t.ok(await world.fetch({ servers, http: { proxy: proxy.url, followHosts: [], limits } }));
  t.ok(proxy.requests.length > 4);
  t.same(world.server.requests, []);

  await t.test('of the environment', async (t) => {
    const before = process.env['http_proxy'];
    process.env['http_proxy'] = proxy.url;
    t.teardown(() => {
      if (before === undefined) delete process.env['http_proxy'];
      else process.env['http_proxy'] = before;
    });
    proxy.requests.length = 0;
    t.ok(await world.fetch({ servers, cacheDirectory: join(world.directory, 'other') }));
    t.ok(proxy.requests.length > 4);
  });
});
