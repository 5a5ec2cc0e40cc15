/**
 * What a record is that does not hold.
 */

import { UsageError } from '../../harness/base/errors.js';

/** NOT_VERIFIED (usage). */
export function notVerified(message: string): UsageError {
  return new UsageError('NOT_VERIFIED', message);
}
