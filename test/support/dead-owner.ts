/** Names of things whose makers are dead. */

import { ownedName } from '../../harness/base/owned-name.js';

/** As if of a process that had this one's pid before it. */
export function nameOfDeadOwner(purpose?: string): string {
  const [prefix, space, pid, ticks, ...rest] = ownedName(purpose).split('-');
  const earlier = (Number.parseInt(ticks as string, 36) - 1).toString(36);
  return [prefix, space, pid, earlier, ...rest].join('-');
}
