/**
 * Options that commands of the gate share.
 */

import type { Command } from 'commander';
import { collect, positive } from './options.js';

/** Where releases go, in their order. */
export const channelNames = ['alpha', 'beta', 'stable', 'lts'] as const;

/** Where the gate's files are. */
export function directoryOption(command: Command): Command {
  return command.option('--directory <dir>', 'policy, candidates, evidence and ledger', 'gate');
}

/** Where the gate's files are, and the channels. */
export function gateOptions(command: Command): Command {
  return directoryOption(command)
    .option('--channels <dir>', 'default: channels in the directory')
    .option('--nebraska <url>', 'a Nebraska instance, whose channels are meant instead')
    .option('--app <id>', 'its application: an id or a product id')
    .option('--token <source>', 'a file with a bearer token for it, or fd:N')
    .option('--timeout <seconds>', 'for each answer of it; default 30', positive);
}

/** Who signs. */
export function signingOption(command: Command): Command {
  return command.requiredOption(
    '--key <source>',
    'a PEM file, fd:N, or command:PROGRAM ARGUMENTS#PUBLIC-KEY-FILE',
    collect,
  );
}
