/**
 * Which images of a release are fetched and handed over to be booted, and what the report says of each;
 * the boots themselves are played here.
 */

import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { silentLogger } from '../../../../harness/base/logger.js';
import { cacheDirectory } from '../../../../harness/base/run-dir.js';
import {
  type BootImage,
  type BootRequest,
  bootImages,
} from '../../../../harness/cli/audit/boot-images.js';
import type { Arch } from '../../../../harness/model/image.js';
import type { RunVerdict } from '../../../../harness/model/outcome.js';
import type { RunRecord } from '../../../../harness/model/record.js';
import type { AuditedAsset } from '../../../../images/audit/audit-release.js';
import { skipUnless } from '../../../images/test-disk.js';
import { ReleaseWorld } from '../../../support/release-world.js';

const skip = await skipUnless('sgdisk', 'mkfs.erofs', 'mformat', 'mkfs.ext4', 'qemu-img');
const version = '4593.2.5';
const secureImage = 'flatcar_production_qemu_uefi_secure_image.img';
const run = '20261101-101500-aaaa' as RunRecord['run'];

/** As large as the other one and as good, and other bytes. */
function otherDisk(disk: Buffer): Buffer {
  return Buffer.concat([disk, Buffer.alloc(512)]);
}

/** A release of both architectures on a server, below a directory of it. */
async function publish(world: ReleaseWorld, root = ''): Promise<void> {
  for (const arch of ['amd64', 'arm64'] as const) {
    const disk = await world.disk(version, 'stable', arch);
    const uefi = {
      'flatcar_production_qemu_uefi_image.img': disk,
      'flatcar_production_qemu_uefi_efi_code.qcow2': Buffer.from('code'),
      'flatcar_production_qemu_uefi_efi_vars.qcow2': Buffer.from('vars'),
    };
    const others = {
      'flatcar_production_qemu_image.img': disk,
      [secureImage]: otherDisk(disk),
      'flatcar_production_qemu_uefi_secure_efi_code.qcow2': Buffer.from('secure code'),
      'flatcar_production_qemu_uefi_secure_efi_vars.qcow2': Buffer.from('secure vars'),
      'flatcar_production_pxe.vmlinuz': Buffer.from('kernel'),
      'flatcar_production_pxe_image.cpio.gz': Buffer.from('archive'),
      'flatcar_production_iso_image.iso': Buffer.from('disc'),
    };
    const files = arch === 'amd64' ? { ...uefi, ...others } : uefi;
    await world.publishFiles(`${root}/${arch}-usr`, { version, files });
  }
}

const world = skip === false ? await ReleaseWorld.make(t.testdir()) : undefined;
t.teardown(async () => await world?.close());
if (world) await publish(world);

/** The cache of one test, where nothing was fetched yet. */
function releaseFor(t: Test): ReleaseWorld {
  if (world === undefined) throw new Error('it is skipped');
  const before = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = t.testdir();
  t.teardown(() => {
    if (before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = before;
  });
  return world;
}

/** What an audit finds there now. */
function auditOf({ server }: ReleaseWorld, root: string): readonly AuditedAsset[] {
  const start = `${root}/`;
  const files = [...server.files].filter(([path]) => path.startsWith(start));
  return files.map(([path, bytes]) => {
    const name = path.slice(start.length).replace(`${version}/`, '');
    return { name, sha512: createHash('sha512').update(bytes).digest('hex') };
  });
}

function requestFor(world: ReleaseWorld, arch: Arch = 'amd64', root = ''): BootRequest {
  const { signal } = new AbortController();
  const key = [join(world.directory, 'key.asc')];
  const server = [`${world.server.url}${root}`];
  const options = { server, key, fingerprint: [world.key.fingerprint] };
  return { options, arch, audited: auditOf(world, root), logger: silentLogger, signal };
}

/** Every boot comes to this; `seen` gets what was handed over. */
function played(verdict: RunVerdict, seen: string[] = []): BootImage {
  return async ({ descriptor: { arch, version: own, extras } }, variant) => {
    seen.push([arch, own, variant, ...extras.map(({ name }) => name)].join(' '));
    return { run, verdict };
  };
}

const [bios, uefi, secure, pxe, iso] = [
  ...['qemu_image.img', 'qemu_uefi_image.img', 'qemu_uefi_secure_image.img'],
  ...['pxe_image.cpio.gz', 'iso_image.iso'],
].map((file) => `amd64-usr/boot of flatcar_production_${file}`);

const sha256Of = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');

t.test('what boots has no problem', { skip }, async (t) => {
  const world = releaseFor(t);
  const seen: string[] = [];
  const good = await bootImages(version, requestFor(world), played('passed', seen));
  const sha256 = /^[0-9a-f]{64}$/;
  t.match(good, [
    { name: bios, sha256, problem: undefined },
    { name: uefi, sha256, problem: undefined },
    { name: secure, sha256, problem: undefined },
    { name: pxe, sha256: sha256Of('archive'), problem: undefined },
    { name: iso, sha256: sha256Of('disc'), problem: undefined },
  ]);
  const secureDisk = otherDisk(await world.disk(version, 'stable'));
  t.equal(good[2]?.sha256, sha256Of(secureDisk), 'Secure Boot has a file of its own');
  const arm64 = await bootImages(version, requestFor(world, 'arm64'), played('passed', seen));
  t.same(arm64, [], 'no machine of that architecture is made here');
  t.same(seen, [
    `amd64 ${version} qemu`,
    `amd64 ${version} qemu_uefi efi_code efi_vars`,
    `amd64 ${version} qemu_uefi_secure secure_efi_code secure_efi_vars`,
    `amd64 ${version} pxe pxe-kernel pxe-image`,
    `amd64 ${version} iso iso`,
  ]);
});

t.test('what boots is what was audited', { skip }, async (t) => {
  const world = releaseFor(t);
  const root = '/again';
  await publish(world, root);
  const path = (name: string) => `${root}${world.path(name, version)}`;
  const own = [...world.server.files].filter(([name]) => name.startsWith(path(secureImage)));
  for (const [name] of own) world.server.files.delete(name);
  const stored = { release: version, servers: [`${world.server.url}${root}`] };
  for (const variant of ['iso', 'qemu_uefi_secure'] as const) {
    await world.fetch({ ...stored, variant, cacheDirectory: cacheDirectory() });
  }
  for (const [name, bytes] of own) world.server.files.set(name, bytes);
  await world.add(path('flatcar_production_iso_image.iso'), Buffer.from('another disc'));
  const request = requestFor(world, 'amd64', root);
  await world.add(path('flatcar_production_pxe.vmlinuz'), Buffer.from('another kernel'));
  world.server.requests.length = 0;
  const seen: string[] = [];
  const found = await bootImages(version, request, played('passed', seen));

  await t.test('and not what was stored before', async (t) => {
    t.match(found[4], { name: iso, sha256: sha256Of('another disc'), problem: undefined });
    const secureDisk = otherDisk(await world.disk(version, 'stable'));
    t.match(found[2], { name: secure, sha256: sha256Of(secureDisk) }, 'by its own name');
    const images = await readdir(join(cacheDirectory(), 'images'));
    t.equal(images.filter((name) => name.includes('-iso')).length, 2, 'which may be in use');
    const again = `GET ${path('flatcar_production_qemu_image.img')}`;
    t.notOk(world.server.requests.includes(again), 'what is the same is not downloaded again');
  });

  await t.test('and not what the server has a moment later', async (t) => {
    const what = 'flatcar_production_pxe.vmlinuz came with other bytes than were audited';
    t.match(found[3], { name: pxe, problem: `it can't be booted: ${what}` });
    t.equal(seen.length, 4);
  });
});

t.test('what does not boot is a problem of the image', { skip }, async (t) => {
  const world = releaseFor(t);
  const problem = `its boot is failed: see run ${run}`;
  t.match(await bootImages(version, requestFor(world), played('failed')), [
    ...[bios, uefi, secure, pxe, iso].map((name) => ({ name, problem })),
  ]);
});

t.test('a host that gets in the way says nothing of the image', { skip }, async (t) => {
  const world = releaseFor(t);
  await t.rejects(bootImages(version, requestFor(world), played('inconclusive')), {
    code: 'BOOT_INCONCLUSIVE',
    kind: 'infrastructure',
    message: `the boot of an image came to nothing: see ./yard runs show ${run}`,
  });
});

t.test('what can’t be fetched is a problem, and is not booted', { skip }, async (t) => {
  const world = releaseFor(t);
  const path = world.path('flatcar_production_qemu_image.img', version);
  world.server.files.set(path, Buffer.from('another'));
  for (const image of ['flatcar_production_qemu_uefi_image.img', secureImage]) {
    world.server.files.delete(world.path(`${image}.sig`, version));
  }
  const seen: string[] = [];
  const found = await bootImages(version, requestFor(world), played('passed', seen));
  t.match(found, [
    { name: bios, problem: /^it can't be booted: .*expected SHA-512 .*, what came has/ },
    { name: uefi, problem: /^it can't be booted: .*qemu_uefi_image\.img\.sig is not there$/ },
    { name: secure, problem: /^it can't be booted: .*secure_image\.img\.sig is not there$/ },
    { name: pxe, problem: /^it can't be booted: .*expected SHA-512/ },
    { name: iso, problem: /^it can't be booted: .*expected SHA-512/ },
  ]);
  t.same(seen, []);
});

t.test('what is wrong with who asks says nothing of the release', { skip }, async (t) => {
  const world = releaseFor(t);
  const path = world.path('flatcar_production_qemu_image.img', version);
  world.server.faults.set(path, (_request, response) => {
    response.writeHead(302, { location: 'http://elsewhere.example/image' }).end();
    return true;
  });
  t.teardown(() => world.server.faults.delete(path));
  const boot = bootImages(version, requestFor(world), played('passed'));
  await t.rejects(boot, { code: 'REDIRECT_REFUSED', kind: 'usage' });
});
