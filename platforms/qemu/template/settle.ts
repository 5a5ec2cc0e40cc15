/**
 * Waits until a guest has booted to the end, and leaves a mark in its memory by which its forks are
 * known.
 */

import { ProductError } from '../../../harness/base/errors.js';
import type { Guest } from '../../../harness/model/machine.js';

/** What a settled guest left in its own memory, and what its random numbers were. */
export interface Settled {
  readonly uuid: string;
}

/** Where the nonce is: on a tmpfs, so in memory alone; the first check of a fork removes it. */
export const noncePath = '/run/switchyard-nonce';

/** Systemd has reached a final state, whichever: what a degraded system means is a suite's to say. */
const script = (nonce: string) => `
systemctl is-system-running --wait > /dev/null || :
printf %s ${nonce} > ${noncePath}
cat /proc/sys/kernel/random/uuid
`;

/** Settles the guest and leaves the nonce in it. Throws NOT_SETTLED (product) when it can't. */
export async function settle(
  guest: Guest,
  options: { readonly nonce: string; readonly timeoutMs: number },
): Promise<Settled> {
  const { nonce, timeoutMs } = options;
  const result = await guest.sh(script(nonce), { sudo: true, timeoutMs });
  const uuid = result.stdout.trim();
  if (result.status === 0 && uuid !== '') return { uuid };
  const message = `the booted guest could not be settled: ${result.stderr.trim() || 'no reason given'}`;
  throw new ProductError('NOT_SETTLED', message, { phase: 'units' });
}
