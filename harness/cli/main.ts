/**
 * The command line. Names, options and help of the commands are in `program/`; what a command does is
 * in a module of its own, loaded when it is called, so that `yard` starts fast.
 */

import { Command, CommanderError } from 'commander';
import { ownVersion } from '../../results/own-version.js';
import { describeError, exitCodeOfError } from './exit.js';
import { addGate } from './program/gate-commands.js';
import { addDoctor, addMaintenance, addPayloads } from './program/host-commands.js';
import { addImages } from './program/image-commands.js';
import { addButane, addProofs } from './program/proof-commands.js';
import { addList, addRun } from './program/run-commands.js';
import { addCapsules, addHistory, addReports, addRuns } from './program/store-commands.js';

/** The parser's errors like all others; a suggestion of its own says what to do next. */
function oneErrorLine(text: string): string {
  const [problem = '', ...hints] = text
    .replace(/^error: /, '')
    .trim()
    .split(/\s*\n\s*/);
  const next = hints.length > 0 ? hints.join(' ').replace(/^\((.*)\)$/, '$1') : 'see ./yard help';
  return `yard: ${problem.replace(/\.$/, '')}; ${next} [BAD_ARGUMENT]\n`;
}

function buildProgram(version: string): Command {
  const program = new Command('yard')
    .version(version, '-V, --version', 'print the version')
    .description('Switchyard: end-to-end proofs for image-based operating systems')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(oneErrorLine(text)) });
  for (const add of [
    addRun,
    addList,
    addRuns,
    addReports,
    addCapsules,
    addButane,
    addHistory,
    addGate,
    addDoctor,
    addImages,
    addPayloads,
    addMaintenance,
    addProofs,
  ])
    add(program);
  return program;
}

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
