/**
 * How tests of images look at refusals.
 */

import { UsageError } from '../../harness/base/errors.js';
import { openImage } from '../../images/catalogue.js';

/** The usage error of one line that opening must end in. */
export async function failure(
  name: string,
  cacheDirectory: string,
  digests = {},
): Promise<UsageError> {
  const options = { cacheDirectory, signal: new AbortController().signal, ...digests };
  const error: unknown = await openImage(name, options).catch((thrown: unknown) => thrown);
  if (error instanceof UsageError && !error.message.includes('\n')) return error;
  throw new Error(`${name}: not a usage error in one line`, { cause: error });
}
