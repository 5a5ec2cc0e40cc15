/**
 * Which images of a release are fetched and handed over to be booted, and what the report says of each;
 * the boots themselves are played here.
 */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { silentLogger } from '../../../../harness/base/logger.js';
import {
  type BootImage,
  type BootRequest,
  bootImages,
} from '../../../../harness/cli/audit/boot-images.js';
import type { Arch } from '../../../../harness/model/image.js';
import type { RunVerdict } from '../../../../harness/model/outcome.js';
import type { RunRecord } from '../../../../harness/model/record.js';
import { skipUnless } from '../../../images/test-disk.js';
import { ReleaseWorld } from '../../../support/release-world.js';

const skip = await skipUnless('sgdisk', 'mkfs.erofs', 'mformat', 'mkfs.ext4', 'qemu-img');
const version = '4593.2.5';
const run = '20261101-101500-aaaa' as RunRecord['run'];

/** A release of both architectures on a server. */
async function publish(world: ReleaseWorld): Promise<void> {
  for (const arch of ['amd64', 'arm64'] as const) {
    const disk = await world.disk(version, 'stable', arch);
    const uefi = {
      'flatcar_production_qemu_uefi_image.img': disk,
      'flatcar_production_qemu_uefi_efi_code.qcow2': Buffer.from('code'),
      'flatcar_production_qemu_uefi_efi_vars.qcow2': Buffer.from('vars'),
    };
    const others = {
      'flatcar_production_qemu_image.img': disk,
      'flatcar_production_qemu_uefi_secure_efi_code.qcow2': Buffer.from('secure code'),
      'flatcar_production_qemu_uefi_secure_efi_vars.qcow2': Buffer.from('secure vars'),
      'flatcar_production_pxe.vmlinuz': Buffer.from('kernel'),
      'flatcar_production_pxe_image.cpio.gz': Buffer.from('archive'),
      'flatcar_production_iso_image.iso': Buffer.from('disc'),
    };
    const files = arch === 'amd64' ? { ...uefi, ...others } : uefi;
    await world.publishFiles(`/${arch}-usr`, { version, files });
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

function requestFor(world: ReleaseWorld, arch: Arch = 'amd64'): BootRequest {
  const { signal } = new AbortController();
  const key = [join(world.directory, 'key.asc')];
  const options = { server: [world.server.url], key, fingerprint: [world.key.fingerprint] };
  return { options, arch, logger: silentLogger, signal };
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

const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');

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
  t.equal(good[2]?.sha256, good[1]?.sha256, 'Secure Boot has the disk of UEFI');
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
  world.server.files.delete(world.path('flatcar_production_qemu_uefi_image.img.sig', version));
  const seen: string[] = [];
  const found = await bootImages(version, requestFor(world), played('passed', seen));
  t.match(found, [
    { name: bios, problem: /^it can't be booted: .*expected SHA-512 .*, what came has/ },
    { name: uefi, problem: /^it can't be booted: .*qemu_uefi_image\.img\.sig is not there$/ },
    { name: secure, problem: /^it can't be booted: .*qemu_uefi_image\.img\.sig is not there$/ },
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
