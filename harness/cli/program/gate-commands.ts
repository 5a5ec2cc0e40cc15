/**
 * `yard gate`: what judges a release, what moves a channel, and what proves it afterwards. The commands
 * that make evidence are in `gate-evidence-commands.ts`.
 */

import { type Command, Option } from 'commander';
import { addGateEvidence } from './gate-evidence-commands.js';
import { channelNames, directoryOption, gateOptions, signingOption } from './gate-options.js';
import { addPolicy } from './gate-policy-commands.js';
import { collect } from './options.js';

export function addGate(program: Command): void {
  const gate = program
    .command('gate')
    .description('decide whether a release may move to a channel, and move it');
  for (const add of [addJudging, addActs, addPolicy, addLedger, addGateEvidence]) add(gate);
}

function edgeOptions(command: Command): Command {
  return gateOptions(command)
    .argument('<version>', 'of a file in candidates/')
    .addOption(
      new Option('--to <channel>', 'where it is to go').choices(channelNames).makeOptionMandatory(),
    )
    .option('--json', 'print one JSON object');
}

function addJudging(gate: Command): void {
  edgeOptions(gate.command('check'))
    .description('judge a release by every rule, and change no channel')
    .option('--at <time>', 'judge as at this time, ISO 8601; not with --key')
    .option('--key <source>', 'write the signed verdict into the ledger', collect)
    .action(async (version, options) => {
      const { checkCommand } = await import('../commands/gate-judge.js');
      process.exitCode = await checkCommand(version, options);
    });
  edgeOptions(gate.command('explain'))
    .description('the same with everything that was found, and where to look')
    .option('--at <time>', 'judge as at this time, ISO 8601')
    .action(async (version, options) => {
      const { explainCommand } = await import('../commands/gate-judge.js');
      process.exitCode = await explainCommand(version, options);
    });
  gateOptions(gate.command('board'))
    .description('what the channels have, for how long, and what keeps releases from them')
    .option('--json', 'print one JSON object')
    .action(async (options) => {
      const { boardCommand } = await import('../commands/gate-board.js');
      await boardCommand(options);
    });
}

function addActs(gate: Command): void {
  signingOption(edgeOptions(gate.command('promote')))
    .description('judge now, sign the verdict, and move the channel if every rule holds')
    .option('--expect <version>', 'refuse if the channel has another; `nothing` for an empty one')
    .action(async (version, options) => {
      const { promoteCommand } = await import('../commands/gate-act.js');
      process.exitCode = await promoteCommand(version, options);
    });
  signingOption(edgeOptions(gate.command('adopt')))
    .description('take note, unjudged, of what a channel had before the gate')
    .action(async (version, options) => {
      const { adoptCommand } = await import('../commands/gate-act.js');
      await adoptCommand(version, options);
    });
  signingOption(gateOptions(gate.command('revoke')))
    .description('state that a release is not to be promoted any more')
    .argument('<version>', 'of a file in candidates/')
    .requiredOption('--reason <text>', 'why, for everybody to read')
    .action(async (version, options) => {
      const { revokeCommand } = await import('../commands/gate-act.js');
      await revokeCommand(version, options);
    });
}

function addLedger(gate: Command): void {
  gateOptions(gate.command('verify'))
    .description('check ledger, signatures, inputs and channels')
    .option('--offline', 'look at no channels')
    .option('--trust <file>', 'believe this public key instead of the policy’s', collect)
    .option('--json', 'print one JSON object')
    .action(async (options) => {
      const { verifyCommand } = await import('../commands/gate-ledger.js');
      process.exitCode = await verifyCommand(options);
    });
  directoryOption(gate.command('log'))
    .description('the ledger, oldest first')
    .option('--json', 'print one JSON object')
    .action(async (options) => {
      const { logCommand } = await import('../commands/gate-ledger.js');
      await logCommand(options);
    });
  directoryOption(gate.command('replay'))
    .description('judge once more by the inputs of a record, and compare')
    .argument('<record>', 'its number in the ledger, or the beginning of its digest')
    .option('--json', 'print one JSON object')
    .action(async (record, options) => {
      const { replayCommand } = await import('../commands/gate-ledger.js');
      process.exitCode = await replayCommand(record, options);
    });
}
