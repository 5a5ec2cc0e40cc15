/**
 * Ids of stored runs, and the command line over them as a real process.
 */

import { join } from 'node:path';
import { execa } from 'execa';
import { compiledRoot } from '../../../harness/base/project-root.js';

export const main = join(compiledRoot(), 'harness', 'cli', 'main.js');
export const ids = ['20261101-101500-aaaa', '20261120-101500-bbbb'] as const;

/** Runs a command to its end, whatever that is. */
export async function yard(...argv: readonly string[]) {
  return await execa('node', [main, ...argv], { reject: false });
}
