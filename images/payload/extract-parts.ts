/**
 * Takes a full payload apart again: what it writes into the slot's partition, and the kernel file.
 */

import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Payload } from './read-payload.js';
import { ContentsError, contentsOf, type Target, targetsOf } from './target-contents.js';

/** Where the two files go. */
export interface ExtractedParts {
  readonly partition: string;
  readonly kernel: string;
}

/**
 * Throws NOT_A_FULL_PAYLOAD for a delta or a payload without a kernel, BAD_PAYLOAD when it is not what
 * its manifest says, MISSING_PACKAGES without bzip2 (all usage).
 */
export async function extractParts(payload: Payload, to: ExtractedParts): Promise<void> {
  await extractKernel(payload, to.kernel);
  await extract(payload, 'partition', to.partition);
}

/** The kernel file alone. Throws what {@link extractParts} throws. */
export async function extractKernel(payload: Payload, to: string): Promise<void> {
  await extract(payload, 'kernel', to);
}

async function extract(payload: Payload, name: string, path: string): Promise<void> {
  const target = findTarget(payload, name);
  const hash = createHash('sha256');
  await using file = await open(path, 'w');
  for await (const contents of contentsOf(payload, target)) {
    hash.update(contents);
    await file.writeFile(contents);
  }
  if (!hash.digest().equals(target.info?.sha256 ?? Buffer.alloc(0))) {
    const reason = `its ${name} is not what the manifest says`;
    throw new ContentsError('BAD_PAYLOAD', payload, reason);
  }
}

/** Throws NOT_A_FULL_PAYLOAD (usage). */
export function findTarget(payload: Payload, name: string): Target {
  const found = targetsOf(payload).find((target) => target.name === name);
  if (found) return found;
  throw new ContentsError('NOT_A_FULL_PAYLOAD', payload, `it has no ${name}`);
}
