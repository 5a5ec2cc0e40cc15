/**
 * How long a platform may take to bring up the machines of a case: the last resort, since every wait of
 * the platform's own should have a sooner end, and a better word for it.
 */

import { type Deadline, scaleLimit, withDeadline } from '../base/deadline.js';
import { InfrastructureError } from '../base/errors.js';
import type { Suite } from '../model/suite.js';

/** Of each machine, by the limit of its boot: a wait for its template is two, a cold boot then one. */
const mostBoots = 3;

/** Ends with PROVISION_TIMEOUT (infrastructure); machines may have to boot one after the other. */
export function provisionDeadline(
  parent: AbortSignal,
  { topology, limits }: Pick<Suite, 'topology' | 'limits'>,
  slowness: number,
): Deadline {
  const machines = Object.values(topology.roles).reduce((sum, { count }) => sum + count, 0);
  const limitMs = scaleLimit(mostBoots * limits.bootMs * machines, slowness);
  return withDeadline(parent, limitMs, () => {
    const message = `the machines were neither up nor given up within ${limitMs} ms`;
    const next = 'is a disk of the host stalled, or another command stopped?';
    return new InfrastructureError('PROVISION_TIMEOUT', `${message}; ${next}`, { phase: 'host' });
  });
}
