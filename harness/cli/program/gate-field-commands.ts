/**
 * Commands of `yard gate` about the field: canaries, reports of people, payloads beside channels.
 */

import type { Command } from 'commander';
import { gateOptions, signingOption } from './gate-options.js';
import { collect } from './options.js';

export function addField(gate: Command): void {
  gateOptions(gate.command('canary'))
    .description('how canaries fare with a release; signed as evidence with --key')
    .argument('<version>', 'the release that they took')
    .option('--run <run>', 'as for runs show: canaries of a suite such as rolling/canary')
    .option('--runs <dir>', 'where run directories are')
    .option('--config <file>', 'JSON file with settings')
    .option('--group <id>', 'of the Nebraska instance: the machines that count')
    .option('--baseline <version>', 'the release before, for comparison')
    .option('--arch <arch>', 'of the machines of the Nebraska group, if the release is for several')
    .option('--key <source>', 'whose word it is, in trust.canaries of the policy', collect)
    .action(async (version, options) => {
      const { canaryCommand } = await import('../commands/gate-field.js');
      await canaryCommand(version, options);
    });
  signingOption(gateOptions(gate.command('report')))
    .description('sign what you found when you tried a release; a problem holds it')
    .argument('<version>', 'of a file in candidates/')
    .requiredOption('--as <name>', 'your name in trust.reporters of the policy')
    .option('--ok', 'it is well; takes your own problem back')
    .option('--problem <text>', 'what is wrong, for everybody to read')
    .action(async (version, options) => {
      const { reportProblemCommand } = await import('../commands/gate-field.js');
      await reportProblemCommand(version, options);
    });
  gateOptions(gate.command('payload'))
    .description('keep payloads beside the channels, for update servers that serve them')
    .argument('<files...>', 'update payloads; their SHA-256 is printed')
    .action(async (files, options) => {
      const { payloadsCommand } = await import('../commands/gate-field.js');
      await payloadsCommand(files, options);
    });
}
