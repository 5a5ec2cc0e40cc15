/**
 * What the launcher adds to a command: the time until it hands over to Node.js, with everything up to
 * date.
 */

import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { projectRoot } from '../harness/base/project-root.js';
import { makeTempDirectory, removeTree } from '../harness/base/run-dir.js';

// Knows its version and does nothing, so that what is left is the launcher's own.
const emptyNode = `#!/bin/sh
[ "$1" = --version ] && echo ${process.version}
exit 0
`;

/** Milliseconds of each of `samples` starts, after one that is not measured. */
export async function timeLauncher(samples: number, signal: AbortSignal): Promise<number[]> {
  const directory = await makeTempDirectory('launcher');
  try {
    const node = join(directory, 'node');
    await writeFile(node, emptyNode);
    await chmod(node, 0o755);
    const env = { PATH: `${directory}:${process.env['PATH'] ?? ''}` };
    const times: number[] = [];
    for (let n = 0; n <= samples; n++) times.push(await timeStart(env, signal));
    return times.slice(1);
  } finally {
    await removeTree(directory);
  }
}

async function timeStart(env: { readonly PATH: string }, signal: AbortSignal): Promise<number> {
  const startedMs = performance.now();
  await execa(join(projectRoot(), 'yard'), ['--version'], { env, cancelSignal: signal });
  return performance.now() - startedMs;
}
