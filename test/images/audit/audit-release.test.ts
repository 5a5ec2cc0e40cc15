/**
 * Release completeness against a server on this host: a whole release, and every way in which one can
 * lack something. Sizes are those of small files; everything else is the real table.
 */

import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import t from 'tap';
import { assetsOf, documentedAssets } from '../../../harness/model/documented-assets.js';
import { auditRelease } from '../../../images/audit/audit-release.js';
import { detachedSignature, makeKey, SignedFiles } from '../../support/release-signatures.js';
import {
  board,
  files,
  key,
  payload,
  problems,
  pxe,
  release,
  sceneFor,
  updateName,
  version,
} from './audit-scene.js';

t.test('a release that is whole', async (t) => {
  const scene = await sceneFor(t);
  const found = await auditRelease(scene.request);
  t.same(
    found.filter(({ problem }) => problem !== undefined),
    [],
  );
  t.equal(found.length, assetsOf(documentedAssets, release).length);
  t.ok(found.length > 30);
  t.ok(found.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256 ?? '')));
  t.match(
    found.map(({ name }) => name),
    [`amd64-usr/version.txt`],
  );
  const sha512 = createHash('sha512').update(files.map.get(`${board}/${pxe}`) ?? '');
  const kernel = found.find(({ name }) => name === `amd64-usr/${pxe}`);
  t.equal(kernel?.sha512, sha512.digest('hex'));
});

t.test('what is wrong with one file', async (t) => {
  const scene = await sceneFor(t);
  const { files: served } = scene.server;
  const path = `${board}/${pxe}`;
  const otherSignature = await detachedSignature(Buffer.from('other'), key);
  const foreign = new SignedFiles(await makeKey());
  await foreign.add(path, files.map.get(path) ?? Buffer.alloc(0));
  const other = new SignedFiles(key);
  await other.add(path, Buffer.from('other'));
  const clear = files.map.get(`${path}.DIGESTS.asc`)?.toString() ?? '';
  const forged = Buffer.from(clear.replace(/[0-9a-f]{128}/, '0'.repeat(128)));
  const table: readonly [string, () => void, RegExp][] = [
    ['is missing', () => served.delete(path), /pxe\.vmlinuz: it is not there$/],
    ['has no signature', () => served.delete(`${path}.sig`), /pxe\.vmlinuz\.sig is not there/],
    ['has no digests', () => served.delete(`${path}.DIGESTS`), /\.DIGESTS is not there/],
    [
      'has neither',
      () => [served.delete(`${path}.DIGESTS`), served.delete(`${path}.sig`)],
      /it has neither \.sig nor \.DIGESTS/,
    ],
    [
      'has unsigned digests',
      () => [served.delete(`${path}.DIGESTS.sig`), served.delete(`${path}.DIGESTS.asc`)],
      /its \.DIGESTS is not signed/,
    ],
    [
      'has half of these',
      () => served.delete(`${path}.DIGESTS.sig`),
      /\.DIGESTS\.sig is not there$/,
    ],
    ['has the other', () => served.delete(`${path}.DIGESTS.asc`), /\.DIGESTS\.asc is not there$/],
    [
      'has a forged list beside the good one',
      () => served.set(`${path}.DIGESTS.asc`, forged),
      /\.DIGESTS: its clear signature does not hold/,
    ],
    [
      'has two lists',
      () => served.set(`${path}.DIGESTS.asc`, other.map.get(`${path}.DIGESTS.asc`) ?? forged),
      /its \.DIGESTS\.asc has SHA-512 [0-9a-f]{128}, \.DIGESTS has [0-9a-f]{128}$/,
    ],
    ['is another', () => served.set(path, randomBytes(200)), /its SHA-512 is .*, \.DIGESTS has/],
    ['is badly signed', () => served.set(`${path}.sig`, otherSignature), /does not hold/],
    [
      'is signed by somebody',
      () => foreign.map.forEach((bytes, name) => void served.set(name, bytes)),
      /it is signed by key .*, expected a key of/,
    ],
  ];
  for (const [title, spoil, expected] of table) {
    for (const [name, bytes] of files.map) served.set(name, bytes);
    spoil();
    const found = await problems(scene);
    t.equal(found.length, 1, title);
    t.match(found[0], expected, title);
    t.match(found[0], 'amd64-usr/flatcar_production_pxe.vmlinuz: ', title);
  }
});

t.test('sizes', async (t) => {
  const scene = await sceneFor(t);
  const signed = new SignedFiles(key);
  await signed.add(`${board}/${pxe}`, Buffer.alloc(10));
  for (const [name, bytes] of signed.map) scene.server.files.set(name, bytes);
  t.match(await problems(scene), [/it has 10 bytes, expected 64 to 4194304/]);

  await t.test('that nobody tells, without end', async (t) => {
    let sent = 0;
    scene.server.faults.set(`${board}/${pxe}`, ({ method }, response) => {
      if (method === 'HEAD') return false;
      response.writeHead(200);
      const piece = Buffer.alloc(2 ** 20);
      const more = (): void => {
        if (response.destroyed) return;
        sent += 1;
        if (sent < 64) response.write(piece, more);
        else response.end();
      };
      more();
      return true;
    });
    t.match(await problems(scene), [/pxe\.vmlinuz: it has \d+ bytes, expected 64 to 4194304$/]);
    t.ok(sent < 64, 'it is not brought to its end');
  });
});

t.test('payloads', async (t) => {
  const scene = await sceneFor(t);
  const { files: served } = scene.server;
  const path = `${board}/${updateName}`;
  const damaged = Buffer.from(payload);
  damaged[200_000] = (damaged[200_000] ?? 0) ^ 1;
  for (const [bytes, expected] of [
    [undefined, /update\.gz: it is not there/],
    [randomBytes(5_000), /update\.gz: payload the file: /],
    [damaged, /update\.gz: /],
  ] as const) {
    if (bytes === undefined) served.delete(path);
    else served.set(path, bytes);
    const found = await problems(scene);
    t.match(found, [expected]);
    t.equal(found.length, 1);
  }
  served.set(path, payload);
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  const found = await problems({ ...scene, request: { ...scene.request, payloadKey: other } });
  t.match(found[0], 'its signature is not by this key');
});

t.test('a server that fails says nothing about the release', async (t) => {
  const scene = await sceneFor(t);
  scene.server.faults.set(`${board}/${pxe}`, (_request, response) => {
    response.writeHead(500).end();
    return true;
  });
  await t.rejects(auditRelease(scene.request), { code: 'SERVER_ERROR', kind: 'infrastructure' });
});

t.test('what belongs to which release', async (t) => {
  const names = (asked: Parameters<typeof assetsOf>[1]) =>
    assetsOf(documentedAssets, asked).map(({ names: [name] }) => name);
  t.ok(names(release).includes('flatcar_production_qemu_image.img'));
  t.ok(names(release).includes('flatcar_production_qemu_uefi_secure_image.img'));
  t.notOk(names({ version, arch: 'arm64' }).includes('flatcar_production_qemu_image.img'));
  t.ok(names(release).includes('flatcar-overlaybd.gz'));
  t.notOk(names({ version: '4081.3.1', arch: 'amd64' }).includes('flatcar-overlaybd.gz'));
  const rows: readonly [string, since: string, before: string, arm64: boolean][] = [
    ['flatcar-nvidia-drivers-535.gz', '4344.0.0', '4343.9.9', false],
    ['flatcar-nvidia-drivers-570-open.gz', '4344.0.0', '4343.9.9', false],
    ['flatcar_production_hetzner_image.bin', '3941.1.0', '3940.9.9', true],
    ['flatcar_production_akamai_image.bin', '4186.0.0', '4185.9.9', false],
    ['flatcar_production_stackit_image.img', '4426.0.0', '4425.9.9', true],
    ['oem-scaleway.gz', '3975.0.0', '3974.9.9', true],
    ['oem-stackit.gz', '4426.0.0', '4425.9.9', true],
    ['oem-vmware.gz', '3760.0.0', '3759.9.9', false],
    ['oem-openstack.gz', '3760.0.0', '3759.9.9', true],
  ];
  for (const [name, since, before, arm64] of rows) {
    t.ok(names({ version: since, arch: 'amd64' }).includes(name), name);
    t.notOk(names({ version: before, arch: 'amd64' }).includes(name), `${name} before`);
    t.equal(names({ version, arch: 'arm64' }).includes(name), arm64, `${name} on arm64`);
  }
  for (const name of ['digitalocean_image.bin', 'ami_vmdk_image.vmdk']) {
    const [amd64, arm64] = [names(release), names({ version, arch: 'arm64' })];
    t.ok(amd64.includes(`flatcar_production_${name}`), name);
    t.equal(arm64.includes(`flatcar_production_${name}`), name.startsWith('ami'), name);
  }
  t.ok(documentedAssets.every(({ source, names }) => source !== '' && names.length > 0));
});
