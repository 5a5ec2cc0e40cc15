/**
 * Makes a payload of a partition and its kernel, as Flatcar's builds do: full, in operations of one
 * MiB, signed. The same input gives the same bytes.
 */

import { createHash, createSign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import {
  type Extent,
  type Manifest,
  nowhere,
  type Operation,
  payloadHeaderBytes,
  payloadMagic,
  payloadVersion,
  signatureVersion,
  type TargetInfo,
} from './format.js';
import { encodeManifest, encodeSignatures } from './manifest-codec.js';

/** What goes into a payload. */
export interface PayloadParts {
  /** What the slot's partition becomes; a multiple of the block size long. */
  readonly partition: string;
  readonly kernel: string;
  /** RSA; without a key the payload is not signed. */
  readonly key?: KeyObject;
}

/** What an update server announces about a payload. */
export interface WrittenPayload {
  readonly bytes: number;
  readonly sha256: string;
  readonly sha1: string;
}

const blockBytes = 4096;
const chunkBytes = 2 ** 20;

/** Writes to a neighbour of `path` first, so that the path never holds half a payload. */
export async function writePayload(parts: PayloadParts, path: string): Promise<WrittenPayload> {
  const partition = await plan(parts.partition, 0);
  const kernel = await plan(parts.kernel, partition.dataEnd);
  const manifest = addSignature(
    {
      operations: partition.operations,
      noOperations: [],
      blockBytes,
      partition: partition.target,
      procedures: [{ kind: 'kernel', operations: kernel.operations, target: kernel.target }],
    },
    kernel.dataEnd,
    parts.key,
  );
  const partial = `${path}.partial`;
  const written = await writeFile(parts, encodeManifest(manifest), partial);
  await rename(partial, path);
  return written;
}

interface Plan {
  readonly operations: readonly Operation[];
  readonly target: TargetInfo;
  readonly dataEnd: number;
}

/** One `replace` for each MiB of the file. */
async function plan(file: string, dataStart: number): Promise<Plan> {
  const whole = createHash('sha256');
  const operations: Operation[] = [];
  let position = 0;
  for await (const chunk of chunksOf(file)) {
    whole.update(chunk);
    const targets = [extentOf(position, chunk.length)];
    const dataSha256 = createHash('sha256').update(chunk).digest();
    const dataOffset = dataStart + position;
    operations.push({ kind: 'replace', dataOffset, dataBytes: chunk.length, targets, dataSha256 });
    position += chunk.length;
  }
  const target = { bytes: position, sha256: whole.digest() };
  return { operations, target, dataEnd: dataStart + position };
}

function extentOf(position: number, bytes: number): Extent {
  return { startBlock: position / blockBytes, blocks: Math.ceil(bytes / blockBytes) };
}

async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  const { size } = await stat(file);
  for (let start = 0; start < size; start += chunkBytes) {
    const end = Math.min(start + chunkBytes, size) - 1;
    const parts: Buffer[] = [];
    for await (const part of createReadStream(file, { start, end })) parts.push(part as Buffer);
    yield Buffer.concat(parts);
  }
}

function addSignature(manifest: Manifest, offset: number, key: KeyObject | undefined): Manifest {
  if (!key) return manifest;
  const bytes = signatureBlob(new Uint8Array(modulusBytes(key))).length;
  const targets = [{ startBlock: nowhere, blocks: Math.ceil(bytes / blockBytes) }];
  const hidden: Operation = { kind: 'replace', dataOffset: offset, dataBytes: bytes, targets };
  return { ...manifest, signaturesOffset: offset, signaturesBytes: bytes, noOperations: [hidden] };
}

function modulusBytes(key: KeyObject): number {
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
}

function signatureBlob(data: Uint8Array): Uint8Array {
  return encodeSignatures([{ version: signatureVersion, data }]);
}

async function writeFile(
  { partition, kernel, key }: PayloadParts,
  manifest: Uint8Array,
  path: string,
): Promise<WrittenPayload> {
  const out = createWriteStream(path);
  const sha256 = createHash('sha256');
  const sha1 = createHash('sha1');
  const signed = createSign('RSA-SHA256');
  let bytes = 0;
  const put = async (chunk: Uint8Array): Promise<void> => {
    for (const hash of [sha256, sha1]) hash.update(chunk);
    bytes += chunk.length;
    await write(out, chunk);
  };
  const putSigned = async (chunk: Uint8Array): Promise<void> => {
    signed.update(chunk);
    await put(chunk);
  };
  await putSigned(header(manifest.length));
  await putSigned(manifest);
  for (const file of [partition, kernel]) {
    for await (const chunk of chunksOf(file)) await putSigned(chunk);
  }
  if (key) await put(signatureBlob(signed.sign(key)));
  out.end();
  await finished(out);
  return { bytes, sha256: sha256.digest('hex'), sha1: sha1.digest('hex') };
}

async function write(out: Writable, chunk: Uint8Array): Promise<void> {
  if (!out.write(chunk)) await once(out, 'drain');
}

function header(manifestBytes: number): Buffer {
  const bytes = Buffer.alloc(payloadHeaderBytes);
  bytes.write(payloadMagic, 0, 'latin1');
  bytes.writeBigUInt64BE(BigInt(payloadVersion), 4);
  bytes.writeBigUInt64BE(BigInt(manifestBytes), 12);
  return bytes;
}
