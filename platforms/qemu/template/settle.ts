/**
 * Waits until a booted guest has nothing more to do, so that what is frozen is at rest and every
 * fork starts from quiet.
 */

import { ProductError } from '../../../harness/base/errors.js';
import type { Guest } from '../../../harness/model/machine.js';

/** What a settled guest left in its own memory, and what its random numbers were. */
export interface Settled {
  readonly uuid: string;
}

/** Where the nonce is: on a tmpfs, so in memory alone; the first check of a fork removes it. */
export const noncePath = '/run/switchyard-nonce';

/**
 * At rest is: systemd has reached a final state, no job waits, and for two looks in a row the CPUs
 * were idle for nine tenths of the time. A guest that never rests is used as it is after 40 looks:
 * being busy is a matter of speed, and not of truth.
 */
const script = `
nonce=$1
systemctl is-system-running --wait > /dev/null || :
quiet=0 looks=0
idle() { read -r _ a b c idle d e f g _ < /proc/stat; total=$((a + b + c + idle + d + e + f + g)); }
idle; idle0=$idle total0=$total
while [ $quiet -lt 2 ] && [ $looks -lt 40 ]; do
  sleep 0.5
  idle
  if [ $(((idle - idle0) * 10)) -ge $(((total - total0) * 9)) ] && [ -z "$(systemctl list-jobs --no-legend)" ]
  then quiet=$((quiet + 1)); else quiet=0; fi
  idle0=$idle total0=$total looks=$((looks + 1))
done
printf %s "$nonce" > ${noncePath}
cat /proc/sys/kernel/random/uuid
`;

/** Settles the guest and leaves the nonce in it. Throws NOT_SETTLED (product) when it can't. */
export async function settle(
  guest: Guest,
  options: { readonly nonce: string; readonly timeoutMs: number },
): Promise<Settled> {
  const { nonce, timeoutMs } = options;
  const text = script.replace('nonce=$1', `nonce=${nonce}`);
  const result = await guest.sh(text, { sudo: true, timeoutMs });
  const uuid = result.stdout.trim();
  if (result.status === 0 && uuid !== '') return { uuid };
  const message = `the booted guest could not be settled: ${result.stderr.trim() || 'no reason given'}`;
  throw new ProductError('NOT_SETTLED', message, { phase: 'units' });
}
