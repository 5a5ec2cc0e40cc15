/**
 * What a fetch brings of each channel, architecture and variant that there is, from a server that has a
 * directory for each channel.
 */

import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import t, { type Test } from 'tap';
import type { Arch, Image } from '../../../harness/model/image.js';
import type { Variant } from '../../../images/fetch/release-names.js';
import { ReleaseWorld } from '../../support/release-world.js';
import { skipUnless } from '../test-disk.js';

const skip = await skipUnless('sgdisk', 'mkfs.erofs', 'mformat', 'mkfs.ext4', 'qemu-img');

/** A release, where it lies, and what the user asks for. */
interface Row {
  readonly release: string;
  readonly version: string;
  readonly channel: string;
  /** What the server calls the newest. */
  readonly name?: string;
  readonly arch?: Arch;
  readonly variant?: Variant;
  /** The ending of its firmware. */
  readonly firmware?: 'qcow2' | 'fd';
}

const secure = { variant: 'qemu_uefi_secure', firmware: 'qcow2' } as const;

const rows: readonly Row[] = [
  { release: 'alpha', version: '4650.0.0', channel: 'alpha' },
  { release: 'beta', version: '4628.1.0', channel: 'beta' },
  { release: 'lts', version: '4081.3.6', channel: 'lts' },
  { release: 'lts-2023', version: '3510.3.9', channel: 'lts', name: 'current-2023' },
  { release: '4628.1.1', version: '4628.1.1', channel: 'beta' },
  {
    ...{ release: 'stable', version: '4593.2.5', channel: 'stable' },
    ...{ variant: 'qemu_uefi', firmware: 'qcow2' },
  },
  {
    ...{ release: 'stable', version: '4593.2.6', channel: 'stable' },
    ...secure,
  },
  {
    ...{ release: 'stable', version: '4593.2.4', channel: 'stable', arch: 'arm64' },
    ...{ variant: 'qemu_uefi', firmware: 'qcow2' },
  },
  {
    ...{ release: 'lts-2022', version: '3033.3.18', channel: 'lts', name: 'current-2022' },
    ...{ variant: 'qemu_uefi', firmware: 'fd' },
  },
];

function firmwareOf({ firmware, version, variant }: Row): Record<string, Buffer> {
  if (firmware === undefined) return {};
  const parts = ['code', 'vars'].map((part) => {
    const name = `flatcar_production_${variant}_efi_${part}.${firmware}`;
    return [name, Buffer.from(`${part} of ${version}`)] as const;
  });
  return Object.fromEntries(parts);
}

async function publish(world: ReleaseWorld, row: Row): Promise<Buffer> {
  const { version, channel, arch = 'amd64', variant = 'qemu', name = 'current' } = row;
  const disk = await world.disk(version, channel, arch);
  const image = `flatcar_production_${variant.replace('_secure', '')}_image.img`;
  const files = { [image]: disk, ...firmwareOf(row) };
  await world.publishFiles(`/${channel}/${arch}-usr`, { version, name, files });
  return disk;
}

async function firmwareIs(t: Test, image: Image, row: Row): Promise<void> {
  const wanted = firmwareOf(row);
  const { extras } = image.descriptor;
  t.same(
    extras.map(({ file }) => file),
    Object.keys(wanted),
  );
  const isSecure = row.variant === 'qemu_uefi_secure';
  const prefix = isSecure ? 'secure_' : '';
  const names = row.firmware ? [`${prefix}efi_code`, `${prefix}efi_vars`] : [];
  t.equal(image.descriptor.capabilities.includes('secure-boot'), isSecure);
  t.same(
    extras.map(({ name }) => name),
    names,
  );
  for (const [file, bytes] of Object.entries(wanted)) {
    t.same(await readFile(join(image.directory, file)), bytes, file);
  }
}

t.test('each of them', { skip }, async (t) => {
  const world = await ReleaseWorld.make(t.testdir());
  t.teardown(async () => await world.close());
  const servers = [`${world.server.url}/{channel}`];
  for (const row of rows) {
    const { release, version, channel, arch = 'amd64', variant = 'qemu' } = row;
    const disk = await publish(world, row);
    const image = await world.fetch({ servers, release, arch, variant });
    t.equal(basename(image.directory), `flatcar-${version}-${arch}-${variant}`);
    t.match(image.descriptor, { version, channel, arch, origin: 'fetched' }, release);
    t.same(await readFile(join(image.directory, image.descriptor.disk.file)), disk);
    await firmwareIs(t, image, row);
  }
});

t.test('Secure Boot has an image of its own, where a release has one', { skip }, async (t) => {
  const world = await ReleaseWorld.make(t.testdir());
  t.teardown(async () => await world.close());
  const version = '4593.2.6';
  const disk = await world.disk(version, 'stable');
  const files = {
    ...firmwareOf({ release: 'stable', version, channel: 'stable', ...secure }),
    'flatcar_production_qemu_uefi_image.img': disk,
    'flatcar_production_qemu_uefi_secure_image.img': Buffer.concat([disk, Buffer.alloc(512)]),
  };
  await world.publishFiles('/stable/amd64-usr', { version, name: 'current', files });
  const servers = [`${world.server.url}/{channel}`];
  const image = await world.fetch({ servers, release: 'stable', variant: secure.variant });
  const { file, sizeBytes } = image.descriptor.disk;
  t.same([file, sizeBytes], ['flatcar_production_qemu_uefi_secure_image.img', disk.length + 512]);
});

t.test('what boots without a disk comes beside it', { skip }, async (t) => {
  const world = await ReleaseWorld.make(t.testdir());
  t.teardown(async () => await world.close());
  const version = '4593.2.5';
  const [pxe, iso] = [
    { 'flatcar_production_pxe.vmlinuz': 'kernel', 'flatcar_production_pxe_image.cpio.gz': 'all' },
    { 'flatcar_production_iso_image.iso': 'disc' },
  ];
  const disk = { 'flatcar_production_qemu_image.img': await world.disk(version, 'stable') };
  const beside = Object.entries({ ...pxe, ...iso }).map(([name, text]) => [
    name,
    Buffer.from(text),
  ]);
  const files = { ...disk, ...Object.fromEntries(beside) };
  await world.publishFiles('/stable/amd64-usr', { version, name: 'current', files });
  const servers = [`${world.server.url}/{channel}`];
  const extrasOf = async (variant: Variant) => {
    const { directory, descriptor } = await world.fetch({ servers, release: 'stable', variant });
    const found = descriptor.extras.map(async ({ name, file }) => {
      return [name, await readFile(join(directory, file), 'utf8')];
    });
    return Object.fromEntries(await Promise.all(found));
  };
  t.same(await extrasOf('pxe'), { 'pxe-kernel': 'kernel', 'pxe-image': 'all' });
  t.same(await extrasOf('iso'), { iso: 'disc' });
});

t.test('firmware that is not there makes no image', { skip }, async (t) => {
  const world = await ReleaseWorld.make(t.testdir());
  t.teardown(async () => await world.close());
  const servers = [`${world.server.url}/{channel}`];
  const row = { release: 'beta', version: '4628.1.0', channel: 'beta' } as const;
  await publish(world, { ...row, variant: 'qemu_uefi' });
  const fetched = world.fetch({ servers, release: 'beta', variant: 'qemu_uefi' });
  await t.rejects(fetched, {
    code: 'MISSING_ASSET',
    message: /qemu_uefi_efi_code\.qcow2 is not there/,
  });
});
