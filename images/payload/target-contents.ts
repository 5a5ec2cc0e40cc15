/**
 * What the operations of a full payload write, target by target. One operation's worth is in memory at
 * a time, whatever the payload says.
 */

import { type FileHandle, open } from 'node:fs/promises';
import { toError, UsageError } from '../../harness/base/errors.js';
import { bunzip } from './bunzip.js';
import { maxOperationBytes, type Operation, type TargetInfo } from './format.js';
import { type Payload, readAt } from './read-payload.js';

/** The slot's partition, or a file that comes with it. */
export interface Target {
  /** `partition`, `kernel` … */
  readonly name: string;
  readonly operations: readonly Operation[];
  /** Undefined when the manifest does not say what it becomes. */
  readonly info: TargetInfo | undefined;
}

/** The partition first, then the files. */
export function targetsOf({ manifest }: Payload): readonly Target[] {
  const { operations, partition, procedures } = manifest;
  const files = procedures.map(({ kind, operations, target }) => {
    return { name: kind ?? 'unknown', operations, info: target };
  });
  return [{ name: 'partition', operations, info: partition }, ...files];
}

/**
 * NOT_A_FULL_PAYLOAD: what the target becomes is not in the payload alone. BAD_PAYLOAD: the operations
 * contradict themselves or each other.
 */
export class ContentsError extends UsageError {
  /** The message without the path. */
  readonly reason: string;

  constructor(code: 'NOT_A_FULL_PAYLOAD' | 'BAD_PAYLOAD', { path }: Payload, reason: string) {
    super(code, `payload ${path}: ${reason}`);
    this.reason = reason;
  }
}

/**
 * The bytes of a target from its first to its last, as many as the manifest says. Throws ContentsError,
 * and MISSING_PACKAGES (usage) for bzip2; whether the digest is right is the caller's to see.
 */
export async function* contentsOf(payload: Payload, target: Target): AsyncGenerator<Uint8Array> {
  const { pieces, bytes } = plan(payload, target);
  await using source = await open(payload.path);
  let left = bytes;
  for (const piece of pieces) {
    const contents = await readPiece(payload, { name: target.name, piece, source });
    yield contents.subarray(0, left);
    left -= Math.min(left, contents.length);
  }
}

/** An operation, and the bytes of the target that are its own. */
interface Piece {
  readonly operation: Operation;
  readonly at: number;
  readonly room: number;
}

/** In the order of the target, without gaps. */
function plan(payload: Payload, { name, operations, info }: Target) {
  if (info === undefined) {
    const reason = `the manifest does not say what the ${name} becomes`;
    throw new ContentsError('NOT_A_FULL_PAYLOAD', payload, reason);
  }
  const bad = (reason: string) => new ContentsError('BAD_PAYLOAD', payload, `${name}: ${reason}`);
  const pieces = operations.map((operation) => toPiece(payload, name, operation));
  pieces.sort((a, b) => a.at - b.at);
  let end = 0;
  for (const { at, room } of pieces) {
    if (at > end) throw bad(`no operation writes byte ${end}`);
    if (at < end) throw bad(`two operations write byte ${at}`);
    end += room;
  }
  if (info.bytes > end || info.bytes <= end - payload.manifest.blockBytes) {
    throw bad(`the operations write ${end} bytes, the manifest says ${info.bytes}`);
  }
  return { pieces, bytes: info.bytes };
}

function toPiece(payload: Payload, name: string, operation: Operation): Piece {
  const { kind, targets, dataBytes } = operation;
  const [extent] = targets;
  if ((kind !== 'replace' && kind !== 'replace-bz') || extent === undefined || targets.length > 1) {
    const reason = `an operation of the ${name} is ${kind} with ${targets.length} targets`;
    throw new ContentsError('NOT_A_FULL_PAYLOAD', payload, reason);
  }
  const { blockBytes } = payload.manifest;
  const [at, room] = [extent.startBlock * blockBytes, extent.blocks * blockBytes];
  if (at < 0 || Math.max(room, dataBytes) > maxOperationBytes || at + room > 2 ** 53) {
    const reason = `${name}: an operation writes ${room} bytes at ${at} with ${dataBytes} of data`;
    throw new ContentsError('BAD_PAYLOAD', payload, reason);
  }
  return { operation, at, room };
}

interface Reading {
  readonly name: string;
  readonly piece: Piece;
  readonly source: FileHandle;
}

/** As many bytes as there is room: an engine fills the last block with zeros (extent_writer.h). */
async function readPiece(payload: Payload, { name, piece, source }: Reading): Promise<Uint8Array> {
  const { operation, at, room } = piece;
  const bad = (reason: string) => {
    const what = `${name}: the data for byte ${at} ${reason}`;
    return new ContentsError('BAD_PAYLOAD', payload, what);
  };
  const position = payload.dataStart + operation.dataOffset;
  const data = await readAt(source, { position, bytes: operation.dataBytes }).catch((thrown) => {
    throw bad(`cannot be read: ${toError(thrown).message}`);
  });
  const contents = operation.kind === 'replace-bz' ? await bunzip(data, room) : data;
  if (typeof contents === 'string') throw bad(contents);
  const missing = room - contents.length;
  if (missing < 0 || missing >= payload.manifest.blockBytes) {
    throw bad(`becomes ${contents.length} bytes, its place has ${room}`);
  }
  return missing === 0 ? contents : Buffer.concat([contents, Buffer.alloc(missing)]);
}
