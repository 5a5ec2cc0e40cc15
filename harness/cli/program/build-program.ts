/**
 * The parser of the command line, with all commands, their options and their help.
 */

import { Command } from 'commander';
import { addGate } from './gate-commands.js';
import { addDoctor, addMaintenance, addPayloads } from './host-commands.js';
import { addImages } from './image-commands.js';
import { addButane, addProofs } from './proof-commands.js';
import { addList, addRun } from './run-commands.js';
import { addCapsules, addHistory, addReports, addRuns } from './store-commands.js';

/** The parser's errors like all others; a suggestion of its own says what to do next. */
function oneErrorLine(text: string): string {
  const [problem = '', ...hints] = text
    .replace(/^error: /, '')
    .trim()
    .split(/\s*\n\s*/);
  const next = hints.length > 0 ? hints.join(' ').replace(/^\((.*)\)$/, '$1') : 'see ./yard help';
  return `yard: ${problem.replace(/\.$/, '')}; ${next} [BAD_ARGUMENT]\n`;
}

/** All commands; to be parsed once. */
export function buildProgram(version: string): Command {
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
