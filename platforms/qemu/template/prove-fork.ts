/**
 * Proof, and not assumption, that a machine is the fork it should be: it remembers its template's
 * nonce, draws other random numbers than the template and every fork before it, and nobody has
 * written to what it was made from. Sets its clock by the way.
 */

import { InfrastructureError } from '../../../harness/base/errors.js';
import type { Guest } from '../../../harness/model/machine.js';
import { noncePath } from './settle.js';
import type { Template } from './template.js';

/** The random words that forks of this process have drawn. */
const drawn = new Set<string>();

/**
 * One command in the guest, since each costs a tenth of a second under TCG. Throws FORK_NOT_PRISTINE
 * (infrastructure).
 */
export async function proveSettledFork(
  guest: Guest,
  template: Template,
  machine: string,
): Promise<void> {
  const script = [
    `date -s @${(Date.now() / 1000).toFixed(3)} > /dev/null`,
    `cat ${noncePath}; echo`,
    `rm ${noncePath}`,
    'cat /proc/sys/kernel/random/uuid',
  ];
  const { status, stdout, stderr } = await guest.sh(script.join('\n'), { sudo: true });
  const [nonce, uuid = ''] = stdout.split('\n');
  const { meta } = template;
  if (status !== 0) throw notPristine(machine, `the check ended with ${status}: ${stderr.trim()}`);
  if (nonce !== meta.nonce) throw notPristine(machine, 'its memory is not that of its template');
  if (uuid === meta.uuid || drawn.has(uuid) || uuid === '') {
    throw notPristine(machine, 'its random numbers are those of another machine');
  }
  drawn.add(uuid);
}

/** A guest that nobody told the time while it was held still has its template's. */
export async function setClock(guest: Guest): Promise<void> {
  await guest.output(['date', '-s', `@${(Date.now() / 1000).toFixed(3)}`], { sudo: true });
}

/** For any check that fails: the template and the fork are thrown away. */
export function notPristine(machine: string, why: string): InfrastructureError {
  const message = `${machine} is not a pristine fork: ${why}`;
  return new InfrastructureError('FORK_NOT_PRISTINE', message, { phase: 'qemu', machine });
}
