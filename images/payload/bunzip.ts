/** Decompresses the data of an operation with the host's bzip2, which no library here replaces. */

import { execa } from 'execa';
import { UsageError } from '../../harness/base/errors.js';

/**
 * What the data becomes, at most `limit` bytes; a string says why it becomes nothing. Throws
 * MISSING_PACKAGES (usage) on a host without bzip2.
 */
export async function bunzip(input: Uint8Array, limit: number): Promise<Uint8Array | string> {
  const result = await execa('bzip2', ['-dc'], {
    input,
    encoding: 'buffer',
    env: { LC_ALL: 'C' },
    reject: false,
    // A few bytes can become gigabytes; zero would stand for no limit.
    maxBuffer: Math.max(1, limit),
  });
  if (result.code === 'ENOENT') {
    const next = 'install package bzip2, or run: ./yard doctor --fix';
    throw new UsageError('MISSING_PACKAGES', `bzip2 is not installed; ${next}`);
  }
  if (result.isMaxBuffer || result.stdout.length > limit) return `becomes more than ${limit} bytes`;
  return result.exitCode === 0 ? result.stdout : 'is not compressed by bzip2';
}
