/**
 * Signatures and keys, good ones and all others.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { detachedSignature, makeKey } from '../../support/release-signatures.js';
import { images, refusal, skip, worldFor } from './fetch-world.js';

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
