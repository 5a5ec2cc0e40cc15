/**
 * Checks a file against the digest that it should have, once for as long as it stays the same.
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { fileFact } from './file-fact.js';
import { digestMismatch } from './image-errors.js';

/** The algorithms that release servers publish and descriptors hold. */
export type DigestAlgorithm = 'sha256' | 'sha512';

/** Where digests are remembered, and when to stop reading. */
export interface DigestOptions {
  readonly cacheDirectory: string;
  readonly signal: AbortSignal;
}

/** Computes a file's digest, in lower-case hexadecimal. */
export async function digestFile(
  path: string,
  algorithm: DigestAlgorithm,
  signal: AbortSignal,
): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), hash, { signal });
  return hash.digest('hex');
}

/**
 * Throws IMAGE_DIGEST_MISMATCH (usage) unless the file has the expected digest. Only a match is
 * remembered.
 */
export async function verifyFile(
  path: string,
  expected: { readonly algorithm: DigestAlgorithm; readonly digest: string },
  { cacheDirectory, signal }: DigestOptions,
): Promise<void> {
  const { algorithm } = expected;
  const digest = expected.digest.toLowerCase();
  const fact = await fileFact(cacheDirectory, algorithm, path);
  if ((await fact.read()) === digest) return;
  const actual = await digestFile(path, algorithm, signal);
  if (actual !== digest) throw digestMismatch({ path, algorithm, expected: digest, actual });
  await fact.write(actual);
}
