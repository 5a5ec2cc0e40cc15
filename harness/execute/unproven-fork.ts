/**
 * The error that stands for a failure on a fork that has not yet shown to be a true copy. Its template
 * may be damaged in a way that no check of files finds; that such a machine crashes says nothing about the
 * image until a cold boot does the same.
 */

import { defined, HarnessError, InfrastructureError } from '../base/errors.js';
import { mayBeDamage } from '../model/damage.js';

/** By this code a case knows that its next attempt is to boot cold. */
export const forkUnproven = 'FORK_UNPROVEN';

/** FORK_UNPROVEN (infrastructure) in the place of a failure of one of these machines. */
export function orUnproven(cause: unknown, unproven: ReadonlySet<string>): unknown {
  if (!(cause instanceof HarnessError) || cause.kind !== 'product') return cause;
  const { machine, code, message, evidence } = cause;
  if (machine === undefined || !unproven.has(machine) || !mayBeDamage(cause)) return cause;
  const text = `${machine} failed as a fork that was not yet proven: ${code}: ${message}`;
  const details = { cause, machine, phase: 'qemu', ...defined({ evidence }) } as const;
  return new InfrastructureError(forkUnproven, `${text}; a cold boot decides`, details);
}
