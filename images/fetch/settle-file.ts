/**
 * Turns a downloaded file into an object of the store in one pass over it: hashed, its signature
 * checked, and unpacked where it is compressed.
 */

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { type Duplex, PassThrough, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HarnessError, InfrastructureError, toError } from '../../harness/base/errors.js';
import { lastLine } from '../run-tool.js';
import type { ObjectStore } from '../store/object-store.js';
import { digestFile } from '../verify-file.js';
import { unpacker } from './compression.js';
import type { SignatureCheck } from './detached-signature.js';
import { diskFull, refused } from './fetch-errors.js';
import { growIn, type Room } from './room.js';

/** What the file must be. */
export interface SettleOptions {
  /** Its extension says whether it is compressed. */
  readonly name: string;
  readonly sha512: string;
  /** For messages. */
  readonly subject: string;
  readonly signature?: SignatureCheck;
  readonly store: ObjectStore;
  /** What the unpacked file may occupy, beside the packed one until it is whole. */
  readonly roomFor: (path: string) => Room;
  readonly signal: AbortSignal;
}

export interface Settled {
  /** SHA-512 of what is in the store now. */
  readonly object: string;
  readonly sizeBytes: number;
  /** Undefined without a signature. */
  readonly signedBy: string | undefined;
}

/**
 * The file is moved or removed. Throws DIGEST_MISMATCH, BAD_SIGNATURE and BAD_FETCH (usage),
 * NO_DISK_SPACE (infrastructure) and what the room throws; it stays then.
 */
export async function settleFile(path: string, options: SettleOptions): Promise<Settled> {
  const { name, signature, store } = options;
  const target = `${path}.unpacked`;
  const packing = await unpacker(name);
  try {
    const { packed, unpacked } = await readThrough({ path, target, packing }, options);
    requireDigest(packed, options);
    const signedBy = await signature?.finish();
    const object = packing === undefined ? packed : unpacked;
    const file = await store.adopt(packing === undefined ? path : target, object);
    if (packing !== undefined) await rm(path, { force: true });
    return { object, signedBy, sizeBytes: (await stat(file)).size };
  } finally {
    await rm(target, { force: true });
  }
}

interface Reading {
  readonly path: string;
  readonly target: string;
  readonly packing: Duplex | undefined;
}

async function readThrough(
  { path, target, packing }: Reading,
  options: SettleOptions,
): Promise<{ readonly packed: string; readonly unpacked: string }> {
  const { signature, signal } = options;
  const [packed, unpacked] = [createHash('sha512'), createHash('sha512')];
  const before = look((chunk) => {
    packed.update(chunk);
    signature?.update(chunk);
  });
  const source = createReadStream(path, { highWaterMark: 2 ** 20 });
  const after = look((chunk) => void unpacked.update(chunk));
  const unpack = packing ?? new PassThrough();
  const grow = packing === undefined ? new PassThrough() : growIn(options.roomFor(target));
  const end = packing === undefined ? nowhere() : createWriteStream(target);
  try {
    await pipeline(source, before, unpack, after, grow, end, { signal });
  } catch (thrown) {
    signal.throwIfAborted();
    throw await whyNotUnpacked(thrown, { path, target }, options);
  }
  return { packed: packed.digest('hex'), unpacked: unpacked.digest('hex') };
}

async function whyNotUnpacked(
  thrown: unknown,
  { path, target }: Pick<Reading, 'path' | 'target'>,
  options: SettleOptions,
): Promise<Error> {
  const full = diskFull(target, thrown);
  if (full !== undefined) return full;
  if (thrown instanceof InfrastructureError) return thrown;
  // What can't be unpacked, or is too much, is most often not what was promised: the better message.
  requireDigest(await digestFile(path, 'sha512', options.signal), options);
  if (thrown instanceof HarnessError) return thrown;
  const reason = lastLine(toError(thrown).message);
  const problem = `${options.subject}: it can't be unpacked (${reason})`;
  return refused('BAD_FETCH', problem, 'it was published like that; ask for another version');
}

function requireDigest(actual: string, { sha512, subject }: SettleOptions): void {
  if (actual === sha512) return;
  const problem = `${subject}: expected SHA-512 ${sha512}, what came has ${actual}`;
  throw refused('DIGEST_MISMATCH', problem, 'run the command again, or try another source');
}

function look(at: (chunk: Buffer) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      at(chunk);
      done(null, chunk);
    },
  });
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
