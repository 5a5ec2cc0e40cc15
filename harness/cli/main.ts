/**
 * The command line. Names, options and help of the commands are in `program/`; what a command does is
 * in a module of its own, loaded when it is called, so that `yard` starts fast.
 */

import { CommanderError } from 'commander';
import { ownVersion } from '../../results/own-version.js';
import { InfrastructureError } from '../base/errors.js';
import { describeError, exitCodeOfError } from './exit.js';
import { buildProgram } from './program/build-program.js';

/** Nobody caught it; Node's own status, 1, would say that an image is wrong. */
function leave(thrown: unknown): never {
  process.stderr.write(`${describeError(thrown)}\n`);
  process.exit(exitCodeOfError(thrown));
}
process.on('uncaughtException', leave);
process.on('unhandledRejection', leave);

/**
 * A reader that has read enough, such as `head`, is no fault, and neither is a terminal that was closed.
 * Otherwise what is printed is lost; the command itself goes to its end all the same, since a run writes
 * its record elsewhere.
 */
let unprinted: Error | undefined;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    const isGone = error.code === 'EPIPE' || (error.code === 'EIO' && stream.isTTY);
    if (!isGone && stream === process.stdout) unprinted ??= error;
  });
}

try {
  await buildProgram(await ownVersion()).parseAsync();
} catch (thrown) {
  if (thrown instanceof CommanderError) {
    process.exitCode = thrown.exitCode === 0 ? 0 : 2;
  } else {
    process.stderr.write(`${describeError(thrown)}\n`);
    process.exitCode = exitCodeOfError(thrown);
  }
}

process.on('exit', () => {
  if (unprinted === undefined) return;
  const text = `cannot write to stdout: ${unprinted.message}`;
  const error = new InfrastructureError('OUTPUT_FAILED', text, { cause: unprinted });
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode ||= exitCodeOfError(error);
});
