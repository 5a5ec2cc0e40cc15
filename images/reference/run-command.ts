/**
 * Runs a program of the build, with its output in a log file beside the result and a named error
 * when it fails. It ends with this process, whatever way that dies.
 */

import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { InfrastructureError, UsageError } from '../../harness/base/errors.js';

/** A program, its arguments, and where its output goes. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  /** What starts it in another place than this process is in, a program and its options. */
  readonly within?: readonly string[];
  readonly logFile: string;
  readonly signal: AbortSignal;
}

/**
 * Leads a process group of its own, for programs of a build start others, which a signal to the first
 * one would leave behind. It hears of our death as it hears of an abort, and ends all of the group:
 * nothing may go on writing once our lock is free. Who died before it could listen has left it to
 * another parent.
 */
const guard = `trap 'kill -KILL 0' TERM
[ "$PPID" = "$1" ] || exit 1
shift
"$@" &
wait $!`;

/**
 * Runs the command to its end. Throws MISSING_PACKAGES (usage) when the program is not installed,
 * BUILD_FAILED (infrastructure) with the end of its output otherwise.
 */
export async function runCommand(command: Command): Promise<void> {
  const { argv, within = [], logFile, signal } = command;
  const leader = ['--pdeathsig', 'TERM', '--', 'sh', '-c', guard, 'guard', `${process.pid}`];
  const result = await execa('setpriv', [...leader, ...within, ...argv], {
    stdin: 'ignore',
    buffer: false,
    reject: false,
    detached: true,
    cancelSignal: signal,
    forceKillAfterDelay: 2000,
    env: { LC_ALL: 'C' },
    stdout: { file: logFile, append: true },
    stderr: { file: logFile, append: true },
  });
  signal.throwIfAborted();
  if (result.code === 'ENOENT') throw missing('setpriv');
  if (result.exitCode === notFound && !(await isInstalled(argv[0]))) throw missing(argv[0]);
  if (result.exitCode !== 0) throw await failed(argv, logFile);
}

/** What a shell ends with, and what a script of the build may end with as well. */
const notFound = 127;

async function isInstalled(program: string): Promise<boolean> {
  const look = ['-c', 'command -v "$1"', 'look', program];
  return (await execa('sh', look, { reject: false })).exitCode === 0;
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
