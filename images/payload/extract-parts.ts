/**
 * Takes a full payload apart again: what it writes into the slot's partition, and the kernel file.
 */

import { type FileHandle, open } from 'node:fs/promises';
import { execa } from 'execa';
import { UsageError } from '../../harness/base/errors.js';
import type { Operation } from './format.js';
import type { Payload } from './read-payload.js';

/** Where the two files go. */
export interface ExtractedParts {
  readonly partition: string;
  readonly kernel: string;
}

/** Throws NOT_A_FULL_PAYLOAD (usage) for a delta, or a payload without a kernel. */
export async function extractParts(payload: Payload, to: ExtractedParts): Promise<void> {
  await extractKernel(payload, to.kernel);
  await extract(payload, payload.manifest.operations, to.partition);
}

/** The kernel file alone. Throws NOT_A_FULL_PAYLOAD (usage). */
export async function extractKernel(payload: Payload, to: string): Promise<void> {
  const kernel = payload.manifest.procedures.find(({ kind }) => kind === 'kernel');
  if (!kernel) throw notFull(payload, 'it has no kernel');
  await extract(payload, kernel.operations, to);
}

async function extract(
  payload: Payload,
  operations: readonly Operation[],
  path: string,
): Promise<void> {
  await using source = await open(payload.path);
  await using target = await open(path, 'w');
  for (const operation of operations) await copy(payload, operation, { source, target });
}

async function copy(
  payload: Payload,
  { kind, dataOffset, dataBytes, targets }: Operation,
  { source, target }: { readonly source: FileHandle; readonly target: FileHandle },
): Promise<void> {
  const [extent] = targets;
  const isWhole = kind === 'replace' || kind === 'replace-bz';
  if (!isWhole || extent === undefined || targets.length !== 1) {
    throw notFull(payload, `an operation is ${kind} with ${targets.length} targets`);
  }
  const data = Buffer.alloc(dataBytes);
  await source.read(data, 0, dataBytes, payload.dataStart + dataOffset);
  const contents = kind === 'replace-bz' ? await decompress(data) : data;
  const at = extent.startBlock * payload.manifest.blockBytes;
  await target.write(contents, 0, contents.length, at);
}

async function decompress(input: Buffer): Promise<Uint8Array> {
  const { stdout } = await execa('bzip2', ['-dc'], { input, encoding: 'buffer' });
  return stdout;
}

function notFull({ path }: Payload, reason: string): UsageError {
  return new UsageError('NOT_A_FULL_PAYLOAD', `payload ${path} can't be taken apart: ${reason}`);
}
