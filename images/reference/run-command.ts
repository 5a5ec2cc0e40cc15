/**
 * Runs a program of the build, with its output in a log file beside the result and a named error
 * when it fails.
 */

import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { InfrastructureError, UsageError } from '../../harness/base/errors.js';

/** A program, its arguments, and where its output goes. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly logFile: string;
  readonly signal: AbortSignal;
}

/**
 * Runs the command to its end. Throws MISSING_PACKAGES (usage) when the program is not installed,
 * BUILD_FAILED (infrastructure) with the end of its output otherwise.
 */
export async function runCommand({ argv, logFile, signal }: Command): Promise<void> {
  const [program, ...rest] = argv;
  const log = createWriteStream(logFile, { flags: 'a' });
  const result = await execa(program, rest, {
    all: true,
    stdin: 'ignore',
    buffer: false,
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: 2000,
    env: { LC_ALL: 'C' },
    stdout: { file: logFile, append: true },
    stderr: { file: logFile, append: true },
  });
  log.end();
  signal.throwIfAborted();
  if (result.code === 'ENOENT') throw missing(program);
  if (result.exitCode !== 0) throw await failed(argv, logFile);
}

function missing(program: string): UsageError {
  const next = 'install it, or run: ./yard doctor --fix';
  return new UsageError('MISSING_PACKAGES', `${program} is not installed; ${next}`);
}

async function failed(argv: readonly string[], logFile: string): Promise<InfrastructureError> {
  const tail = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-20).join('\n');
  const text = `building the reference image: ${argv[0]} failed; see ${logFile}`;
  return new InfrastructureError('BUILD_FAILED', text, { evidence: tail });
}
