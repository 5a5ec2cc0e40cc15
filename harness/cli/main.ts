/**
 * The command line. Names, options and help of the commands are in `program/`; what a command does is
 * in a module of its own, loaded when it is called, so that `yard` starts fast.
 */

import { CommanderError } from 'commander';
import { ownVersion } from '../../results/own-version.js';
import { describeError, exitCodeOfError } from './exit.js';
import { buildProgram } from './program/build-program.js';

/** A reader that has read enough, such as `head`, is no fault; the command itself goes to its end. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

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
