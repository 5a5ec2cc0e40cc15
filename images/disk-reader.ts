/**
 * Reads a disk image without mounting it and without root: its format, its partition table, and
 * single partitions copied out as sparse files. All decoding of qcow2 is left to qemu-img.
 */

import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ImageDisk } from '../harness/model/image.js';
import { type Gpt, type GptPartition, parsePrimaryGpt, sectorBytes } from './gpt.js';
import { notAnImage } from './image-errors.js';
import { lastLine, runTool, type ToolCall, tryTool } from './run-tool.js';

/** A disk image on the host, as far as it is known before its contents are looked at. */
export interface Disk {
  readonly path: string;
  readonly format: ImageDisk['format'];
  readonly virtualBytes: number;
}

const qemuImgInfo = z.object({
  format: z.string(),
  'virtual-size': z.int().positive(),
  'backing-filename': z.string().optional(),
  encrypted: z.boolean().optional(),
  'format-specific': z
    .object({ data: z.object({ 'data-file': z.string().optional() }) })
    .optional(),
});

/** The first bytes of every qcow2 file, in hexadecimal. Source: QEMU, docs/interop/qcow2. */
export const qcow2Magic = '514649fb';

const compressions = [
  { magic: '425a68', name: 'bzip2', command: 'bunzip2 --keep' },
  { magic: '1f8b', name: 'gzip', command: 'gunzip --keep' },
  { magic: 'fd377a585a00', name: 'xz', command: 'unxz --keep' },
  { magic: '28b52ffd', name: 'zstd', command: 'unzstd' },
];

const gptBytes = 64 * 1024;

/**
 * Finds out what kind of disk a file holds. Throws NOT_AN_IMAGE (usage) for a compressed file, one
 * without a partition table's first sector, and a qcow2 that is incomplete by itself.
 */
export async function openDisk(path: string, signal: AbortSignal): Promise<Disk> {
  const format = await detectFormat(path);
  const output = await tryTool(
    qemuImg(['info', '--output=json', '-f', format, '--force-share', path], signal),
  );
  if (output.status !== 0)
    throw notAnImage(path, `qemu-img cannot read it (${lastLine(output.stderr)})`);
  const info = readInfo(path, output.stdout.toString());
  refuseIncomplete(path, info);
  return { path, format, virtualBytes: info['virtual-size'] };
}

function readInfo(path: string, json: string): z.infer<typeof qemuImgInfo> {
  const info = qemuImgInfo.safeParse(JSON.parse(json));
  if (info.success) return info.data;
  const [issue] = info.error.issues;
  throw notAnImage(path, `qemu-img says of its ${issue?.path.join('.')}: ${issue?.message}`);
}

/** Tells the format by the first sector; needs no tool. Throws NOT_AN_IMAGE (usage). */
export async function detectFormat(path: string): Promise<Disk['format']> {
  const start = await readStart(path);
  const hex = start.toString('hex');
  const compressed = compressions.find(({ magic }) => hex.startsWith(magic));
  if (compressed) {
    const next = `decompress it first: ${compressed.command} ${path}`;
    throw notAnImage(path, `it is compressed with ${compressed.name}`, { next });
  }
  if (hex.startsWith(qcow2Magic)) return 'qcow2';
  const bootable = start.length === sectorBytes && start.readUInt16LE(510) === 0xaa55;
  if (bootable) return 'raw';
  throw notAnImage(path, 'it is neither a qcow2 nor a raw disk with a partition table');
}

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path).catch((cause: Error) => {
    throw notAnImage(path, `it cannot be opened (${cause.message})`, { cause });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sectorBytes), 0, sectorBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Other files would be booted with it that no digest covers. */
function refuseIncomplete(path: string, info: z.infer<typeof qemuImgInfo>): void {
  const other = info['backing-filename'] ?? info['format-specific']?.data['data-file'];
  if (other !== undefined) {
    const next = `make it whole first: qemu-img convert -O qcow2 ${path} whole.qcow2`;
    throw notAnImage(path, `part of it is in another file, ${other}`, { next });
  }
  if (info.encrypted) throw notAnImage(path, 'it is encrypted');
}

/** Reads the primary partition table. Throws NOT_AN_IMAGE (usage) when it is not sound. */
export async function readGpt(disk: Disk, scratch: Scratch): Promise<Gpt> {
  const file = join(scratch.directory, 'gpt');
  const sizeBytes = Math.min(gptBytes, disk.virtualBytes);
  await copyRange(disk, { offset: 0, sizeBytes, to: file }, scratch.signal);
  const result = parsePrimaryGpt(await readFile(file));
  await rm(file);
  if (result.kind === 'table') return result.table;
  throw notAnImage(disk.path, `its partition table is not sound: ${result.reason}`);
}

/** A directory for intermediate files, which its owner removes, and when to stop. */
export interface Scratch {
  readonly directory: string;
  readonly signal: AbortSignal;
}

/** Copies one partition into a sparse file in the scratch directory and returns its path. */
export async function extractPartition(
  disk: Disk,
  partition: GptPartition,
  scratch: Scratch,
): Promise<string> {
  const to = join(scratch.directory, `partition-${partition.number}`);
  const offset = partition.firstSector * sectorBytes;
  const sizeBytes = partition.sectors * sectorBytes;
  if (offset + sizeBytes > disk.virtualBytes) {
    throw notAnImage(disk.path, `partition ${partition.label} ends behind the end of the disk`);
  }
  await copyRange(disk, { offset, sizeBytes, to }, scratch.signal);
  return to;
}

interface Range {
  readonly offset: number;
  readonly sizeBytes: number;
  readonly to: string;
}

/** The raw driver's offset and size cut a window out of any format. */
async function copyRange(disk: Disk, range: Range, signal: AbortSignal): Promise<void> {
  const file = { driver: 'file', filename: disk.path, locking: 'off' };
  const source = {
    driver: 'raw',
    offset: range.offset,
    size: range.sizeBytes,
    file: { driver: disk.format, file },
  };
  const from = `json:${JSON.stringify(source)}`;
  await runTool(qemuImg(['convert', '-O', 'raw', from, range.to], signal));
}

function qemuImg(args: readonly string[], signal: AbortSignal): ToolCall {
  return { tool: 'qemu-img', package: 'qemu-utils', arguments: args, signal };
}
