/**
 * `yard gate policy`: the two steps from one policy to another.
 */

import type { Command } from 'commander';
import { directoryOption, gateOptions, signingOption } from './gate-options.js';

export function addPolicy(gate: Command): void {
  const policy = gate.command('policy').description('let another policy take the place of this');
  signingOption(directoryOption(policy.command('approve')))
    .description('sign that policy.yaml, as it is now, may be the gate’s policy')
    .requiredOption('--as <name>', 'your name among the approvers of the policy before')
    .action(async (options) => {
      const { approvePolicyCommand } = await import('../commands/gate-policy.js');
      await approvePolicyCommand(options);
    });
  signingOption(gateOptions(policy.command('accept')))
    .description('write into the ledger that it is, once enough people agree')
    .action(async (options) => {
      const { acceptPolicyCommand } = await import('../commands/gate-policy.js');
      await acceptPolicyCommand(options);
    });
}
