/**
 * Opens an update payload and reads what it says about itself. The data of its operations stays on
 * disk: a payload is hundreds of megabytes.
 */

import { type FileHandle, open, stat } from 'node:fs/promises';
import { toError, UsageError } from '../../harness/base/errors.js';
import {
  type Manifest,
  payloadHeaderBytes,
  payloadMagic,
  payloadVersion,
  type Signature,
} from './format.js';
import { decodeManifest, decodeSignatures } from './manifest-codec.js';

/** A payload's manifest and signatures, and where the parts of the file are. */
export interface Payload {
  readonly path: string;
  readonly bytes: number;
  readonly manifest: Manifest;
  readonly signatures: readonly Signature[];
  /** Where the data of the operations begins. */
  readonly dataStart: number;
  /** Everything before this offset is signed; undefined when nothing is. */
  readonly signedBytes: number | undefined;
}

/** A manifest that is larger belongs to no payload; the largest of Flatcar's have some 100 KiB. */
const maxManifestBytes = 8 * 2 ** 20;

/** One signature has some 260 bytes; a payload has as many as there are generations of keys. */
const maxSignaturesBytes = 64 * 2 ** 10;

/** Throws NOT_A_PAYLOAD (usage), which says what is wrong with the file. */
export async function readPayload(path: string): Promise<Payload> {
  const fail = (reason: string, cause?: unknown): never => {
    throw new UsageError('NOT_A_PAYLOAD', `payload ${path}: ${reason}`, { cause });
  };
  const failed = (error: Error) => fail(error.message, error);
  const { size, isFile } = await sizeOf(path).catch(failed);
  // Of a pipe even the opening might never end.
  if (!isFile) fail('it is no regular file');
  await using handle = await open(path).catch(failed);
  const read: Read = async (position, bytes) => {
    return await readAt(handle, { position, bytes }).catch(failed);
  };
  const header = await read(0, Math.min(size, payloadHeaderBytes));
  const manifestBytes = checkHeader(header, size, fail);
  const dataStart = payloadHeaderBytes + manifestBytes;
  const encoded = await read(payloadHeaderBytes, manifestBytes);
  const manifest = attempt(() => decodeManifest(encoded), 'its manifest', fail);
  const place = signaturesPlace(manifest, { dataStart, size }, fail);
  const base = { path, bytes: size, manifest, dataStart };
  if (place === undefined) return { ...base, signatures: [], signedBytes: undefined };
  const blob = await read(place.position, place.bytes);
  const signatures = attempt(() => decodeSignatures(blob), 'its signatures', fail);
  return { ...base, signatures, signedBytes: place.position };
}

type Fail = (reason: string, cause?: unknown) => never;
type Read = (position: number, bytes: number) => Promise<Buffer>;

/** Bytes from the start of the file. */
interface Place {
  readonly position: number;
  readonly bytes: number;
}

async function sizeOf(path: string) {
  const found = await stat(path);
  return { size: found.size, isFile: found.isFile() };
}

/** The manifest's length. */
function checkHeader(header: Buffer, size: number, fail: Fail): number {
  const magic = header.subarray(0, 4).toString('latin1');
  if (magic !== payloadMagic) {
    const found = JSON.stringify(magic);
    return fail(`it begins with ${found} and not with "${payloadMagic}"`);
  }
  if (header.length < payloadHeaderBytes) return fail(`it ends after ${header.length} bytes`);
  const version = header.readBigUInt64BE(4);
  if (version !== BigInt(payloadVersion)) {
    return fail(`it is of version ${version}; only ${payloadVersion} is known`);
  }
  const length = header.readBigUInt64BE(12);
  const room = Math.min(size - payloadHeaderBytes, maxManifestBytes);
  if (length > BigInt(room)) {
    return fail(`its manifest should have ${length} bytes, there is room for ${room}`);
  }
  return Number(length);
}

interface Measures {
  readonly dataStart: number;
  readonly size: number;
}

/** Undefined when the manifest knows of no signatures. */
function signaturesPlace(
  { signaturesOffset, signaturesBytes }: Manifest,
  { dataStart, size }: Measures,
  fail: Fail,
): Place | undefined {
  if (signaturesOffset === undefined && signaturesBytes === undefined) return undefined;
  if (signaturesOffset === undefined || signaturesBytes === undefined) {
    return fail('its manifest says only half of where its signatures are');
  }
  if (signaturesBytes > maxSignaturesBytes) {
    const most = `no payload has more than ${maxSignaturesBytes}`;
    return fail(`its signatures should have ${signaturesBytes} bytes; ${most}`);
  }
  const position = dataStart + signaturesOffset;
  if (position + signaturesBytes !== size) {
    const expected = position + signaturesBytes;
    return fail(`its signatures should end at byte ${expected}, the file has ${size} bytes`);
  }
  return { position, bytes: signaturesBytes };
}

function attempt<T>(read: () => T, what: string, fail: Fail): T {
  try {
    return read();
  } catch (thrown) {
    return fail(`${what} cannot be read: ${toError(thrown).message}`, thrown);
  }
}

/** All of it; throws RangeError when the file ends before. */
export async function readAt(handle: FileHandle, { position, bytes }: Place): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  let filled = 0;
  while (filled < bytes) {
    const { bytesRead } = await handle.read(buffer, filled, bytes - filled, position + filled);
    if (bytesRead === 0) throw new RangeError(`the file ends at byte ${position + filled}`);
    filled += bytesRead;
  }
  return buffer;
}
