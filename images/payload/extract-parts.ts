/**
 * Takes a payload apart again: what it writes into the slot's partition, and the kernel file. Of use
 * only for full payloads whose data is not compressed, which is what {@link writePayload} makes.
 */

import { type FileHandle, open } from 'node:fs/promises';
import { UsageError } from '../../harness/base/errors.js';
import type { Operation } from './format.js';
import type { Payload } from './read-payload.js';

/** Where the two files go. */
export interface ExtractedParts {
  readonly partition: string;
  readonly kernel: string;
}

/** Throws NOT_A_FULL_PAYLOAD (usage) for a delta, compressed data, or a payload without a kernel. */
export async function extractParts(payload: Payload, to: ExtractedParts): Promise<void> {
  const { operations, procedures } = payload.manifest;
  const kernel = procedures.find(({ kind }) => kind === 'kernel');
  if (!kernel) throw notFull(payload, 'it has no kernel');
  await extract(payload, operations, to.partition);
  await extract(payload, kernel.operations, to.kernel);
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
  if (kind !== 'replace' || extent === undefined || targets.length !== 1) {
    throw notFull(payload, `an operation is ${kind} with ${targets.length} targets`);
  }
  const data = Buffer.alloc(dataBytes);
  await source.read(data, 0, dataBytes, payload.dataStart + dataOffset);
  await target.write(data, 0, dataBytes, extent.startBlock * payload.manifest.blockBytes);
}

function notFull({ path }: Payload, reason: string): UsageError {
  return new UsageError('NOT_A_FULL_PAYLOAD', `payload ${path} can't be taken apart: ${reason}`);
}
