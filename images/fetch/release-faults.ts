/**
 * Which refusals are about a release itself: what its server sent is not as it should be. All others are
 * about who asks: a key that is not given, a quota, a file that can't be written.
 */

import { UsageError } from '../../harness/base/errors.js';
import type { RefusalCode } from './fetch-errors.js';

const codes: readonly RefusalCode[] = [
  'BAD_FETCH',
  'BAD_SIGNATURE',
  'BAD_DIGESTS',
  'DIGEST_MISMATCH',
  'EXPIRED_KEY',
  'MISSING_ASSET',
  'UNKNOWN_SIGNER',
  'VERSION_MISMATCH',
];

/** What reading an image or a payload refuses, however it came here. */
const ofContents = ['BAD_PAYLOAD', 'NOT_A_FULL_PAYLOAD', 'NOT_A_PAYLOAD', 'NOT_AN_IMAGE'];

/** Whether this is a finding about the release, in a report that is signed and judged by. */
export function isFaultOfRelease(thrown: unknown): thrown is UsageError {
  if (!(thrown instanceof UsageError)) return false;
  return [...codes, ...ofContents].includes(thrown.code);
}
