/**
 * The usage errors that an image path can lead to, each with what to do next.
 */

import { type ErrorDetails, UsageError } from '../harness/base/errors.js';

/** IMAGE_NOT_FOUND: neither a path nor the name of an image in the cache. */
export function imageNotFound(name: string, next: string): UsageError {
  return new UsageError('IMAGE_NOT_FOUND', `image ${name}: there is no such file; ${next}`);
}

/** NOT_AN_IMAGE: it exists, and cannot be booted as it is. */
export function notAnImage(
  path: string,
  reason: string,
  details: ErrorDetails & { readonly next?: string } = {},
): UsageError {
  const { next = 'give a qcow2 or raw disk image, or a directory with descriptor.json' } = details;
  return new UsageError('NOT_AN_IMAGE', `image ${path}: ${reason}; ${next}`, details);
}

/** IMAGE_DIGEST_MISMATCH: these are not the bytes that were promised. */
export function digestMismatch(mismatch: {
  readonly path: string;
  readonly algorithm: string;
  readonly expected: string;
  readonly actual: string;
}): UsageError {
  const { path, algorithm, expected, actual } = mismatch;
  const text = `image ${path}: expected ${algorithm} ${expected}, the file has ${actual}`;
  return new UsageError('IMAGE_DIGEST_MISMATCH', `${text}; download or build it again`);
}
