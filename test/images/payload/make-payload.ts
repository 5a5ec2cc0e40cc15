/**
 * Payloads for tests, with data compressed by bzip2 or as it is; what a manifest says can be changed to
 * anything before the file is written.
 */

import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import type { Manifest, Operation } from '../../../images/payload/format.js';
import { encodeManifest } from '../../../images/payload/manifest-codec.js';

export const blockBytes = 4096;

/** What the slot and the kernel become, and how many bytes each operation writes. */
export interface Contents {
  readonly partition: Buffer;
  readonly kernel: Buffer;
  readonly chunkBytes: number;
  readonly kind: 'replace' | 'replace-bz';
}

export interface Packed {
  readonly manifest: Manifest;
  readonly data: Buffer;
}

/** An unsigned payload in two parts. */
export async function pack({ partition, kernel, ...how }: Contents): Promise<Packed> {
  const system = await packTarget(partition, 0, how);
  const boot = await packTarget(kernel, system.data.length, how);
  const manifest: Manifest = {
    operations: system.operations,
    noOperations: [],
    blockBytes,
    partition: infoOf(partition),
    procedures: [{ kind: 'kernel', operations: boot.operations, target: infoOf(kernel) }],
  };
  return { manifest, data: Buffer.concat([system.data, boot.data]) };
}

/** Writes a payload, whatever the manifest says. */
export async function writePacked({ manifest, data }: Packed, path: string): Promise<void> {
  await writeRaw(encodeManifest(manifest), data, path);
}

/** The same with any bytes in place of the manifest. */
export async function writeRaw(manifest: Uint8Array, data: Buffer, path: string): Promise<void> {
  await writeFile(path, Buffer.concat([headerOf(manifest.length), manifest, data]));
}

function headerOf(manifestBytes: number): Buffer {
  const header = Buffer.alloc(20);
  header.write('CrAU');
  header.writeBigUInt64BE(1n, 4);
  header.writeBigUInt64BE(BigInt(manifestBytes), 12);
  return header;
}

type How = Pick<Contents, 'chunkBytes' | 'kind'>;

async function packTarget(contents: Buffer, dataStart: number, { chunkBytes, kind }: How) {
  const operations: Operation[] = [];
  const parts: Buffer[] = [];
  let dataOffset = dataStart;
  for (let at = 0; at < contents.length; at += chunkBytes) {
    const chunk = contents.subarray(at, at + chunkBytes);
    const part = kind === 'replace' ? chunk : await bzip2(chunk);
    const targets = [{ startBlock: at / blockBytes, blocks: Math.ceil(chunk.length / blockBytes) }];
    const dataSha256 = digestOf(part);
    operations.push({ kind, dataOffset, dataBytes: part.length, targets, dataSha256 });
    parts.push(part);
    dataOffset += part.length;
  }
  return { operations, data: Buffer.concat(parts) };
}

/** By the program itself, which shares no code with ours. */
export async function bzip2(input: Uint8Array): Promise<Buffer> {
  const { stdout } = await execa('bzip2', ['-zc9'], { input, encoding: 'buffer' });
  return Buffer.from(stdout);
}

export function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function infoOf(contents: Buffer) {
  return { bytes: contents.length, sha256: digestOf(contents) };
}
