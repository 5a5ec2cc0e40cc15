/**
 * Disks without a descriptor: small ones that are real, described from their own contents, and ones
 * that are damaged or of another kind.
 */

import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { inspectImage, openImage } from '../../images/catalogue.js';
import { failure } from './open-failure.js';
import {
  type MakeFilesystem,
  makeBaseDisk,
  makeTestDisk,
  skipUnless,
  testUsr,
  usrFilesystems,
} from './test-disk.js';

const { signal } = new AbortController();

async function sha256(path: string): Promise<string> {
  return (await execa('sha256sum', [path])).stdout.slice(0, 64);
}

const described = {
  schema: 1,
  name: 'flatcar-amd64',
  osName: 'Flatcar Container Linux by Kinvolk',
  osId: 'flatcar',
  channel: 'stable',
  version: '4593.2.5',
  arch: 'amd64',
  board: 'amd64-usr',
  firmware: ['bios', 'uefi'],
  capabilities: [
    'ab-slots',
    'gpt-priorities',
    'verity',
    'sysext',
    'docker',
    'ignition-fw-cfg-coreos',
    'ignition-fw-cfg-flatcar',
    ...['grub', 'flatcar-kernel', 'flatcar-units', 'selinux', 'fips', 'boot-disk-partitions', '9p'],
    ...['ignition-2', 'ignition-3.4', 'ignition-oem-scheme'],
    'console-autologin',
  ],
  extras: [],
  packages: [],
  usrHash: 'ab'.repeat(32),
  origin: 'described',
};

const skip = await skipUnless('sgdisk', 'mkfs.erofs', 'mformat', 'mkfs.ext4', 'qemu-img');
const base = skip ? '' : await makeBaseDisk(t.testdir());

t.test('a release disk without a descriptor', { skip }, async (t) => {
  const root = t.testdir();
  const cacheDirectory = join(root, 'cache');
  const raw = await makeTestDisk(root, { base });
  const qcow2 = join(root, 'flatcar_production_qemu_image.img');
  await execa('qemu-img', ['convert', '-c', '-O', 'qcow2', raw, qcow2]);

  for (const [path, format] of [
    [raw, 'raw'],
    [qcow2, 'qcow2'],
  ] as const) {
    await t.test(`${format} is described from its contents`, async (t) => {
      const image = await openImage(path, { cacheDirectory, signal });
      const disk = {
        file: basename(path),
        format,
        virtualBytes: 48 * 2 ** 20,
        sizeBytes: (await stat(path)).size,
        sha256: await sha256(path),
      };
      t.same(image, { directory: root, descriptor: { ...described, disk } });
      const startedMs = performance.now();
      t.same(await openImage(path, { cacheDirectory, signal }), image);
      t.ok(performance.now() - startedMs < 1000, 'the second time from the cache');
    });
  }

  await t.test('inspection shows the slots', async (t) => {
    const { table } = await inspectImage(qcow2, { cacheDirectory, signal });
    t.match(table.partitions, [
      { number: 1, label: 'EFI-SYSTEM' },
      { number: 2, label: 'BIOS-BOOT' },
      { number: 3, label: 'USR-A', slot: { priority: 1, tries: 0, successful: true } },
      { number: 4, label: 'USR-B', slot: { priority: 0, tries: 0, successful: false } },
      { number: 6, label: 'OEM' },
    ]);
  });

  await t.test('wanted digests', async (t) => {
    const sha512 = (await execa('sha512sum', [qcow2])).stdout.slice(0, 128);
    t.ok(await openImage(qcow2, { cacheDirectory, sha512: sha512.toUpperCase(), signal }));
    const wrong = { sha256: '0'.repeat(64) };
    const error = await failure(qcow2, join(root, 'other-cache'), wrong);
    t.equal(error.code, 'IMAGE_DIGEST_MISMATCH');
    t.match(error.message, `${qcow2}: expected sha256 ${wrong.sha256}, the file has `);
    t.notOk(existsSync(join(root, 'other-cache')), 'nothing was created');
  });

  await t.test('a changed disk is looked at again', async (t) => {
    const before = await openImage(raw, { cacheDirectory, signal });
    await appendFile(raw, Buffer.alloc(512));
    const after = await openImage(raw, { cacheDirectory, signal });
    t.not(after.descriptor.disk.sha256, before.descriptor.disk.sha256);
    t.equal(after.descriptor.disk.sizeBytes, before.descriptor.disk.sizeBytes + 512);
  });

  await t.test('an overlay is not whole', async (t) => {
    const overlay = join(root, 'overlay.qcow2');
    await execa('qemu-img', ['create', '-f', 'qcow2', '-b', raw, '-F', 'raw', overlay]);
    const { code, message } = await failure(overlay, cacheDirectory);
    t.equal(code, 'NOT_AN_IMAGE');
    t.match(message, `part of it is in another file, ${raw}; make it whole first: qemu-img`);
  });

  await t.test('a damaged table', async (t) => {
    const bytes = await readFile(raw);
    bytes[1024 + 56] = 0xff;
    await writeFile(raw, bytes);
    const { message } = await failure(raw, cacheDirectory);
    t.match(message, 'its partition table is not sound: partition entries checksum');
  });
});

t.test('other file systems of /usr', async (t) => {
  for (const [kind, tools] of [
    ['squashfs', ['mksquashfs', 'unsquashfs']],
    ['btrfs', ['mkfs.btrfs', 'btrfs']],
  ] as const) {
    await t.test(kind, { skip: skip || (await skipUnless(...tools)) }, async (t) => {
      const root = t.testdir();
      const disk = await makeTestDisk(root, { base, makeUsr: usrFilesystems[kind] });
      const options = { cacheDirectory: join(root, 'cache'), signal };
      t.match(await openImage(disk, options), { descriptor: described });
    });
  }
});

t.test('disks that are not of the Flatcar kind', { skip }, async (t) => {
  const root = t.testdir({ nameless: {}, boardless: {}, empty: {} });
  const cacheDirectory = join(root, 'cache');
  const osRelease = 'NAME=Other\nID=other\nVERSION_ID=1\n';
  const boardless = { 'lib/os-release': osRelease };
  const cases = [
    ['nameless', { 'lib/other': '' }, 'os-release of its /usr lacks NAME, ID or VERSION_ID'],
    ['boardless', boardless, 'lacks FLATCAR_BOARD amd64-usr or arm64-usr'],
    [
      'arm',
      { 'lib/os-release': `${osRelease}FLATCAR_BOARD=arm64-usr` },
      'no boot loader for arm64',
    ],
  ] as const;
  for (const [name, files, text] of cases) {
    const directory = join(root, name);
    await mkdir(directory, { recursive: true });
    const { code, message } = await failure(
      await makeTestDisk(directory, { base, usr: files }),
      cacheDirectory,
    );
    t.equal(code, 'NOT_AN_IMAGE');
    t.match(message, text);
  }
  t.notOk(existsSync(cacheDirectory), 'nothing was created');
});

t.test('a disk whose /usr is damaged', { skip }, async (t) => {
  const root = t.testdir();
  const disk = await makeTestDisk(root, { base });
  const bytes = await readFile(disk);
  bytes.fill(0xff, 12 * 2 ** 20 + 1024 + 4, 12 * 2 ** 20 + 4096);
  await writeFile(disk, bytes);
  const { code, message } = await failure(disk, join(root, 'cache'));
  t.equal(code, 'NOT_AN_IMAGE');
  t.match(message, /its partition USR-A \(erofs\) cannot be read: fsck.erofs failed with exit/);
});

t.test('links of an image do not lead to files of the host', { skip }, async (t) => {
  const root = t.testdir({ 'os-release': testUsr['lib/os-release'] ?? '' });
  const withLink: MakeFilesystem = async (directory, file) => {
    await mkdir(join(directory, 'lib'));
    await symlink(join(root, 'os-release'), join(directory, 'lib/os-release'));
    await usrFilesystems['erofs']?.(directory, file);
  };
  const disk = await makeTestDisk(root, { base, usr: { 'bin/tool': '' }, makeUsr: withLink });
  const { message } = await failure(disk, join(root, 'cache'));
  t.match(message, 'os-release of its /usr lacks NAME, ID or VERSION_ID');
});

t.test('stops on the signal', { skip }, async (t) => {
  const root = t.testdir();
  const disk = await makeTestDisk(root, { base });
  const reason = new Error('enough');
  const options = { cacheDirectory: join(root, 'cache'), signal: AbortSignal.abort(reason) };
  await t.rejects(openImage(disk, options), reason);
});
