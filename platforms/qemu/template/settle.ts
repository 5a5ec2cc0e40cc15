/**
 * Waits until a guest has booted to the end, and may leave a mark in its memory by which its forks are
 * known.
 */

import { ProductError } from '../../../harness/base/errors.js';
import type { Guest } from '../../../harness/model/machine.js';

/** Where the nonce is if no witness has it: on a tmpfs, so in memory alone; the first check of a fork removes it. */
export const noncePath = '/run/switchyard-nonce';

/** Systemd has reached a final state, whichever: what a degraded system means is a suite's to say. */
const script = `
systemctl is-system-running --wait > /dev/null || :
cat /proc/sys/kernel/random/uuid
`;

/** Settles the guest; a random number of it. Throws NOT_SETTLED (product) when it can't. */
export async function settle(guest: Guest, timeoutMs: number): Promise<string> {
  const result = await guest.sh(script, { timeoutMs });
  const uuid = result.stdout.trim();
  if (result.status === 0 && uuid !== '') return uuid;
  throw notSettled(result.stderr);
}

/** Leaves the nonce in the guest's memory. Throws NOT_SETTLED (product). */
export async function leaveNonce(guest: Guest, nonce: string): Promise<void> {
  const result = await guest.sh(`printf %s ${nonce} > ${noncePath}`, { sudo: true });
  if (result.status !== 0) throw notSettled(result.stderr);
}

function notSettled(said: string): ProductError {
  const message = `the booted guest could not be settled: ${said.trim() || 'no reason given'}`;
  return new ProductError('NOT_SETTLED', message, { phase: 'units' });
}
