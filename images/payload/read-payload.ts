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
const maxManifestBytes = 64 * 2 ** 20;

/** Throws NOT_A_PAYLOAD (usage), which says what is wrong with the file. */
export async function readPayload(path: string): Promise<Payload> {
  const fail = (reason: string, cause?: unknown): never => {
    throw new UsageError('NOT_A_PAYLOAD', `payload ${path}: ${reason}`, { cause });
  };
  const handle = await open(path).catch((error: Error) => fail(error.message, error));
  try {
    const { size } = await stat(path);
    const header = await readAt(handle, 0, payloadHeaderBytes);
    const manifestBytes = checkHeader(header, size, fail);
    const dataStart = payloadHeaderBytes + manifestBytes;
    const encoded = await readAt(handle, payloadHeaderBytes, manifestBytes);
    const manifest = attempt(() => decodeManifest(encoded), 'its manifest', fail);
    const { signaturesOffset, signaturesBytes } = manifest;
    const base = { path, bytes: size, manifest, dataStart };
    if (signaturesOffset === undefined || signaturesBytes === undefined) {
      return { ...base, signatures: [], signedBytes: undefined };
    }
    const signedBytes = dataStart + signaturesOffset;
    if (signedBytes + signaturesBytes !== size) {
      const expected = signedBytes + signaturesBytes;
      fail(`its signatures should end at byte ${expected}, the file has ${size} bytes`);
    }
    const blob = await readAt(handle, signedBytes, signaturesBytes);
    const signatures = attempt(() => decodeSignatures(blob), 'its signatures', fail);
    return { ...base, signatures, signedBytes };
  } finally {
    await handle.close();
  }
}

type Fail = (reason: string, cause?: unknown) => never;

/** The manifest's length. */
function checkHeader(header: Buffer, size: number, fail: Fail): number {
  const magic = header.subarray(0, 4).toString('latin1');
  if (header.length < payloadHeaderBytes || magic !== payloadMagic) {
    const found = JSON.stringify(magic);
    return fail(`it begins with ${found} and not with "${payloadMagic}"`);
  }
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

function attempt<T>(read: () => T, what: string, fail: Fail): T {
  try {
    return read();
  } catch (thrown) {
    return fail(`${what} cannot be read: ${toError(thrown).message}`, thrown);
  }
}

async function readAt(handle: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, position);
  return buffer.subarray(0, bytesRead);
}
