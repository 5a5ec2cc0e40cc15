/**
 * `yard gate policy approve` and `accept`: how a gate comes to another policy.
 */

import { acceptPolicy, approvePolicy } from '../../../results/gate/accept-policy.js';
import { digestOfEnvelope } from '../../../results/gate/chain.js';
import { watchInterrupts } from '../interrupt.js';
import { type GateOptions, gateDirectory, oneSigner, openGate } from '../open-gate.js';

/** Signs consent to the policy as it is now, and prints the file. */
export async function approvePolicyCommand(
  options: GateOptions & { readonly as: string },
): Promise<void> {
  const directory = await gateDirectory(options);
  const signer = await oneSigner(options);
  const request = { approver: options.as, now: new Date(), signer };
  process.stdout.write(`${await approvePolicy(directory, request)}\n`);
}

/** Writes into the ledger that the policy as it is now is the gate's. */
export async function acceptPolicyCommand(options: GateOptions): Promise<void> {
  using interrupt = watchInterrupts();
  const context = await openGate(options, interrupt);
  const { record, approvers } = await acceptPolicy(context);
  const who = approvers.length > 0 ? `approved by ${approvers.join(', ')}, ` : '';
  const digest = digestOfEnvelope(record).slice(0, 12);
  process.stdout.write(`the policy is accepted, ${who}record ${digest}\n`);
}
