/**
 * What is said of files that can't be removed.
 */

import { toError, UsageError } from '../harness/base/errors.js';

/** OUTPUT_FAILED (usage); `next` is what to do once the reason is gone. */
export function removalFailed(path: string, thrown: unknown, next: string): UsageError {
  const message = `cannot remove ${path}: ${toError(thrown).message}; see whose it is, then ${next}`;
  return new UsageError('OUTPUT_FAILED', message, { cause: thrown });
}
