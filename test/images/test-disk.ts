/**
 * Builds a small disk with the partitions of a Flatcar release, by tools that share no code with the
 * reader under test.
 */

import { mkdir, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Arch } from '../../harness/model/image.js';

/** Root hash in the kernel of the disk. */
export const testUsrHash = 'ab'.repeat(32);

/** Files of the /usr of the disk, which a test may change. */
export const testUsr: Readonly<Record<string, string>> = {
  'lib/os-release': [
    'NAME="Flatcar Container Linux by Kinvolk"',
    'ID=flatcar',
    'VERSION_ID=4593.2.5',
    'FLATCAR_BOARD="amd64-usr"',
  ].join('\n'),
  'share/flatcar/update.conf': 'GROUP=stable\nSERVER=https://example.org/\n',
  'share/flatcar/sysext/docker-flatcar.raw': 'not a real one',
  'bin/systemd-sysext': '#!/bin/sh\n',
};

const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

async function run(tool: string, ...args: readonly string[]): Promise<void> {
  await execa(tool, args, { env });
}

/** How to make a file system out of a directory; the file does not exist yet. */
export type MakeFilesystem = (directory: string, file: string) => Promise<void>;

/** The kinds of /usr that images have had. */
export const usrFilesystems: Readonly<Record<string, MakeFilesystem>> = {
  erofs: (directory, file) => run('mkfs.erofs', '-zlz4hc', file, directory),
  squashfs: (directory, file) => run('mksquashfs', directory, file, '-no-progress', '-quiet'),
  btrfs: async (directory, file) => {
    await sparseFile(file, 24);
    await run('mkfs.btrfs', '--mixed', '--rootdir', directory, file);
  },
};

/** The reason to skip a test that builds with these programs; false when all are installed. */
export async function skipUnless(...tools: readonly string[]): Promise<string | false> {
  for (const tool of tools) {
    const { exitCode } = await execa('sh', ['-c', `command -v ${tool}`], { env, reject: false });
    if (exitCode !== 0) return `${tool} is not installed`;
  }
  return false;
}

const loaders: Readonly<Record<Arch, string>> = { amd64: 'BOOTX64.EFI', arm64: 'BOOTAA64.EFI' };

/**
 * Writes `<directory>/base.raw`, a disk that lacks only its /usr, and returns its path. Made once,
 * since sgdisk takes a second. It has boot loaders for these architectures.
 */
export async function makeBaseDisk(
  directory: string,
  arches: readonly Arch[] = ['amd64'],
): Promise<string> {
  const disk = join(directory, 'base.raw');
  await sparseFile(disk, 48);
  await partition(disk);
  await copyInto(disk, 1, await makeEsp(directory, arches));
  await writeAt(disk, 10 * mib, Buffer.from('GRUB core image'));
  await copyInto(disk, 38, await makeOem(directory));
  return disk;
}

/** What goes onto a copy of the base disk; by default {@link testUsr} as erofs. */
export interface TestDisk {
  readonly base: string;
  readonly usr?: Readonly<Record<string, string>>;
  readonly makeUsr?: MakeFilesystem | undefined;
}

/** Writes `<directory>/disk.raw` and returns its path. */
export async function makeTestDisk(directory: string, wanted: TestDisk): Promise<string> {
  const { base, usr = testUsr, makeUsr = usrFilesystems['erofs'] } = wanted;
  const disk = join(directory, 'disk.raw');
  await run('cp', '--sparse=always', base, disk);
  await writeTree(join(directory, 'usr'), usr);
  await makeUsr?.(join(directory, 'usr'), join(directory, 'usr.img'));
  await copyInto(disk, 12, join(directory, 'usr.img'));
  return disk;
}

const mib = 2 ** 20;

async function partition(disk: string): Promise<void> {
  const usr = '5dfbf5f4-2848-4bac-aa5e-0d9a20b745a6';
  const parts = [
    [1, '1M:+8M', 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b', 'EFI-SYSTEM'],
    [2, '10M:+1M', '21686148-6449-6e6f-744e-656564454649', 'BIOS-BOOT'],
    [3, '12M:+24M', usr, 'USR-A'],
    [4, '36M:+2M', usr, 'USR-B'],
    [6, '38M:+8M', '0fc63daf-8483-4772-8e79-3d69d8477de4', 'OEM'],
  ] as const;
  const args = parts.flatMap(([number, range, type, label]) => [
    ...['-n', `${number}:${range}`, '-t', `${number}:${type}`, '-c', `${number}:${label}`],
  ]);
  await run('sgdisk', '-a', '1', ...args, '-A', '3:set:48', '-A', '3:set:56', disk);
}

async function makeEsp(directory: string, arches: readonly Arch[]): Promise<string> {
  const file = join(directory, 'esp.img');
  const kernel = join(directory, 'vmlinuz');
  await sparseFile(file, 8);
  await writeFile(kernel, Buffer.concat([Buffer.alloc(64), Buffer.from(testUsrHash)]));
  await run('mformat', '-i', file, '::');
  await run('mmd', '-i', file, '::/EFI', '::/EFI/boot', '::/flatcar');
  for (const arch of arches) {
    await run('mcopy', '-i', file, kernel, `::/EFI/boot/${loaders[arch]}`);
  }
  await run('mcopy', '-i', file, kernel, '::/flatcar/vmlinuz-a');
  return file;
}

async function makeOem(directory: string): Promise<string> {
  const file = join(directory, 'oem.img');
  await writeTree(join(directory, 'oem'), { 'grub.cfg': 'set linux_append="flatcar.autologin"' });
  await sparseFile(file, 8);
  await run('mkfs.ext4', '-q', '-d', join(directory, 'oem'), file);
  return file;
}

async function writeTree(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

async function sparseFile(file: string, sizeMiB: number): Promise<void> {
  await writeFile(file, '');
  await truncate(file, sizeMiB * mib);
}

async function copyInto(disk: string, atMiB: number, file: string): Promise<void> {
  await writeAt(disk, atMiB * mib, await readFile(file));
}

async function writeAt(file: string, at: number, bytes: Buffer): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.write(bytes, 0, bytes.length, at);
  await handle.close();
}
