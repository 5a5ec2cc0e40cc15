/**
 * Whether what the operations write is what the manifest promises: the partition and the files beside
 * it, byte by byte. A delta can't be told without what it starts from, and is said to be unverified.
 */

import { createHash } from 'node:crypto';
import { HarnessError } from '../../harness/base/errors.js';
import type { Payload } from './read-payload.js';
import { ContentsError, contentsOf, type Target, targetsOf } from './target-contents.js';

/** Each a sentence. */
export interface TargetsReport {
  readonly problems: readonly string[];
  readonly unverified: readonly string[];
}

/** Decompresses what is compressed: some minutes for a payload of Flatcar's. */
export async function verifyTargets(payload: Payload): Promise<TargetsReport> {
  const problems: string[] = [];
  const unverified: string[] = [];
  for (const target of targetsOf(payload)) {
    try {
      if (!(await holds(payload, target))) {
        problems.push(`what is written as ${target.name} is not what the manifest says`);
      }
    } catch (thrown) {
      if (!(thrown instanceof HarnessError)) throw thrown;
      const reason = thrown instanceof ContentsError ? thrown.reason : thrown.message;
      const isWrong = thrown.code === 'BAD_PAYLOAD';
      if (isWrong) problems.push(reason);
      else unverified.push(reason);
    }
  }
  return { problems, unverified };
}

async function holds(payload: Payload, target: Target): Promise<boolean> {
  const hash = createHash('sha256');
  for await (const contents of contentsOf(payload, target)) hash.update(contents);
  return hash.digest().equals(target.info?.sha256 ?? new Uint8Array());
}
