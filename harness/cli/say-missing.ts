/**
 * The line on stderr about files that a record names and that were not there.
 */

import { missingFilesText } from '../../results/missing-files.js';

/** What is made stands without them, so this is no error. */
export function sayMissing(runDirectory: string, missing: readonly string[]): void {
  const text = missingFilesText(runDirectory, missing);
  if (text !== undefined) process.stderr.write(`yard: ${text}\n`);
}
