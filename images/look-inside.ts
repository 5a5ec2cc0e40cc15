/**
 * Looks into a disk for what a descriptor is made of: partition table, the first slot's /usr, the
 * EFI system partition and OEM. Needs no root and mounts nothing.
 */

import { lstatSync } from 'node:fs';
import { type FileHandle, open, realpath, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { HarnessError } from '../harness/base/errors.js';
import { type Disk, extractPartition, readGpt, type Scratch } from './disk-reader.js';
import { detectFilesystem, extractFiles } from './filesystem-files.js';
import { biosPartitionType, efiPartitionType, type Gpt, type GptPartition } from './gpt.js';
import { notAnImage } from './image-errors.js';
import { espPaths, type ImageContents, usrPaths } from './image-facts.js';
import { parseOsRelease } from './os-release.js';

/**
 * Copies what matters into the scratch directory, where the result's lookups read it. Throws
 * NOT_AN_IMAGE when there is no table or no USR-A, and MISSING_PACKAGES (both usage).
 */
export async function lookInside(disk: Disk, scratch: Scratch): Promise<ImageContents> {
  const table = await readGpt(disk, scratch);
  const find = (matches: (partition: GptPartition) => boolean) => table.partitions.find(matches);
  const usrPartition = find(({ label }) => label === 'USR-A');
  if (!usrPartition) throw notAnImage(disk.path, 'it has no partition labelled USR-A');
  const take = partitionReader(disk, scratch);
  const usr = await take(usrPartition, usrPaths);
  const esp = await take(
    find(({ typeGuid }) => typeGuid === efiPartitionType),
    espPaths,
  );
  const oem = await take(
    find(({ label }) => label === 'OEM'),
    ['grub.cfg'],
  );
  return {
    table,
    osRelease: await readAssignments(usr, 'lib/os-release'),
    updateConf: new Map([
      ...(await readAssignments(usr, 'share/flatcar/release')),
      ...(await readAssignments(usr, 'share/flatcar/update.conf')),
    ]),
    inUsr: (path) => holds(usr, path),
    inEsp: (path) => holds(esp, path),
    kernelStart: await readStart(esp, 'flatcar/vmlinuz-a'),
    oemGrub: await readText(oem, 'grub.cfg'),
    hasBiosBootCode: await hasBootCode(disk, table, scratch),
  };
}

/** Returns a function that copies paths out of a partition and says where they now are. */
function partitionReader(disk: Disk, scratch: Scratch) {
  return async (partition: GptPartition | undefined, paths: readonly string[]) => {
    const into = join(scratch.directory, `files-${partition?.number ?? 'absent'}`);
    if (partition === undefined) return into;
    const filesystem = await extractPartition(disk, partition, scratch);
    const kind = await detectFilesystem(filesystem);
    if (kind) {
      const extraction = { filesystem, kind, paths, into, signal: scratch.signal };
      await extractFiles(extraction).catch(asBrokenPartition(disk, `${partition.label} (${kind})`));
    }
    await rm(filesystem);
    return into;
  };
}

/** A file system that its own tool can't read makes the image unfit, whatever else is in it. */
function asBrokenPartition(disk: Disk, subject: string) {
  return (thrown: unknown): never => {
    if (!(thrown instanceof HarnessError) || thrown.code !== 'TOOL_FAILED') throw thrown;
    const reason = `its partition ${subject} cannot be read: ${thrown.message}`;
    throw notAnImage(disk.path, reason, { cause: thrown, next: 'download or build it again' });
  };
}

/** GRUB's core image in its partition; without it the boot code in sector 0 leads nowhere. */
async function hasBootCode(disk: Disk, table: Gpt, scratch: Scratch): Promise<boolean> {
  const core = table.partitions.find(({ typeGuid }) => typeGuid === biosPartitionType);
  if (!core) return false;
  const file = await extractPartition(disk, core, scratch);
  const start = await readStart(scratch.directory, basename(file));
  return start.some((byte) => byte !== 0);
}

/** Whether a path was copied, be it a link that leads nowhere on this host. */
function holds(root: string, path: string): boolean {
  return lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined;
}

/** An image's link must not lead to a file of the host: only what lies inside the copy is read. */
async function openInside(root: string, path: string): Promise<FileHandle | undefined> {
  try {
    const [top, file] = await Promise.all([realpath(root), realpath(join(root, path))]);
    return file.startsWith(`${top}/`) ? await open(file) : undefined;
  } catch {
    return undefined;
  }
}

const startBytes = 1024;

async function readStart(root: string, path: string): Promise<Buffer> {
  const file = await openInside(root, path);
  if (!file) return Buffer.alloc(0);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(startBytes), 0, startBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function readText(root: string, path: string): Promise<string> {
  const file = await openInside(root, path);
  try {
    return (await file?.readFile('utf8')) ?? '';
  } finally {
    await file?.close();
  }
}

async function readAssignments(root: string, path: string): Promise<ReadonlyMap<string, string>> {
  return parseOsRelease(await readText(root, path));
}
