/**
 * Commands of `yard gate` that make what a verdict is made from: keys, inventory, runs, history, who
 * made a release, approvals.
 */

import { type Command, Option } from 'commander';
import { addField } from './gate-field-commands.js';
import { channelNames, directoryOption, gateOptions, signingOption } from './gate-options.js';
import { collect, positive } from './options.js';

/** Every one of them; add yours to the list. */
export function addGateEvidence(gate: Command): void {
  for (const add of [addSetup, addRuns, addAuthors, addApprovals, addField]) add(gate);
}

function addSetup(gate: Command): void {
  gate
    .command('keygen')
    .description('a new ed25519 key: NAME.key.pem, and NAME.pub.pem for the policy')
    .argument('<name>', 'of the person or service')
    .option('--output <dir>', 'where the files go', '.')
    .action(async (name, options) => {
      const { keygenCommand } = await import('../commands/gate-setup.js');
      await keygenCommand(name, options);
    });
  gate
    .command('init')
    .description('make a gate directory with a policy to begin with')
    .argument('<dir>', 'where; nothing that is there is changed')
    .option('--runner <name=file>', 'public key of who runs suites', collect)
    .option('--approver <name=file>', 'public key of who may approve', collect)
    .option('--author <name=file>', 'public key of who makes releases, and signs for them', collect)
    .option('--gate <name=file>', 'public key of who signs verdicts', collect)
    .option('--auditor <name=file>', 'public key of who checks that releases are complete', collect)
    .option('--canary <name=file>', 'public key of who reports on canaries', collect)
    .option('--reporter <name=file>', 'public key of who tries releases and reports', collect)
    .action(async (directory, options) => {
      const { initCommand } = await import('../commands/gate-setup.js');
      await initCommand(directory, options);
    });
  gateOptions(gate.command('inventory'))
    .description('write the suites that there are, and print their digest for the policy')
    .action(async (options) => {
      const { inventoryCommand } = await import('../commands/gate-setup.js');
      await inventoryCommand(options);
    });
}

function addRuns(gate: Command): void {
  signingOption(gateOptions(gate.command('attest')))
    .description('sign a stored run as evidence, and keep it from yard runs gc')
    .argument('<run>', 'as for runs show')
    .option('--all', 'with the other runs of its image that are no evidence yet')
    .option('--runs <dir>', 'where run directories are')
    .option('--config <file>', 'JSON file with settings')
    .action(async (run, options) => {
      const { attestCommand } = await import('../commands/gate-evidence.js');
      await attestCommand(run, options);
    });
  signingOption(gateOptions(gate.command('history')))
    .description('sign what suites came to in the stored runs')
    .option('--days <n>', 'how far back', positive, 90)
    .option('--runs <dir>', 'where run directories are')
    .option('--config <file>', 'JSON file with settings')
    .action(async (options) => {
      const { historyCommand } = await import('../commands/gate-evidence.js');
      await historyCommand(options);
    });
}

function addAuthors(gate: Command): void {
  signingOption(directoryOption(gate.command('author')))
    .description('sign that you made a release, as it is described now')
    .argument('<version>', 'of a file in candidates/')
    .requiredOption('--as <name>', 'your name among the policy’s authors')
    .action(async (version, options) => {
      const { authorCommand } = await import('../commands/gate-evidence.js');
      await authorCommand(version, options);
    });
}

function addApprovals(gate: Command): void {
  signingOption(gateOptions(gate.command('approve')))
    .description('sign that a release, as it is described now, may go to a channel')
    .argument('<version>', 'of a file in candidates/')
    .addOption(
      new Option('--to <channel>', 'where it may go').choices(channelNames).makeOptionMandatory(),
    )
    .requiredOption('--as <name>', 'your name in the policy')
    .action(async (version, options) => {
      const { approveCommand } = await import('../commands/gate-evidence.js');
      await approveCommand(version, options);
    });
}
