/**
 * `yard gate promote` and `revoke`: what is signed for good.
 */

import { digestOfEnvelope } from '../../../results/gate/chain.js';
import { exitCodeOfVerdict } from '../../../results/gate/exit-code-of-verdict.js';
import { readCandidate } from '../../../results/gate/gate-directory.js';
import { type Promotion, promote } from '../../../results/gate/promote.js';
import { adopt, releaseToRevoke, revoke } from '../../../results/gate/unjudged-acts.js';
import { watchInterrupts } from '../interrupt.js';
import { type GateOptions, openGate } from '../open-gate.js';
import { printVerdict } from './gate-judge.js';

/** What the user asked for. */
export interface PromoteOptions extends GateOptions {
  readonly to: string;
  readonly expect?: string;
}

/** Promotes or says why not; returns the exit status. The time is always the clock's. */
export async function promoteCommand(version: string, options: PromoteOptions): Promise<number> {
  using interrupt = watchInterrupts();
  const context = await openGate(options, interrupt);
  const { to, expect: expected } = options;
  const request = { version, to, ...(expected !== undefined && { expected }) };
  const promotion = await promote(request, context);
  if (options.json)
    process.stdout.write(`${JSON.stringify({ schema: 1, ...promotion }, null, 2)}\n`);
  else tell(promotion, { version, to });
  return promotion.verdict ? exitCodeOfVerdict(promotion.verdict) : 0;
}

function tell(
  { verdict, outcome, record }: Promotion,
  { version, to }: { readonly version: string; readonly to: string },
): void {
  if (verdict) printVerdict(verdict, { json: false, all: false });
  const told = { promoted: 'has now', already: 'had already', refused: 'does not get' }[outcome];
  const proof = record ? `, record ${digestOfEnvelope(record).slice(0, 12)}` : '';
  process.stdout.write(`${to} ${told} ${version}${proof}\n`);
}

/** Appends the revocation and prints the number of its record. */
export async function revokeCommand(
  version: string,
  options: GateOptions & { readonly reason: string },
): Promise<void> {
  using interrupt = watchInterrupts();
  const context = await openGate(options, interrupt);
  const release = await releaseToRevoke(context.directory, version);
  const record = await revoke(release, options.reason, context);
  const digest = digestOfEnvelope(record).slice(0, 12);
  process.stdout.write(`${version} is revoked, record ${digest}; channels stay as they are\n`);
}

/** Puts a release into an empty channel without a verdict, and prints the number of its record. */
export async function adoptCommand(
  version: string,
  options: GateOptions & { readonly to: string },
): Promise<void> {
  using interrupt = watchInterrupts();
  const context = await openGate(options, interrupt);
  const candidate = await readCandidate(context.directory, version);
  const record = await adopt(candidate, options.to, context);
  const digest = digestOfEnvelope(record).slice(0, 12);
  process.stdout.write(`${options.to} has ${version}, adopted and not judged, record ${digest}\n`);
}
