/**
 * How long a template may be used. A settled fork is given the time as it wakes, a held one by the hold
 * port; without that port it lives its whole first boot at the time when its template was frozen.
 */

import type { MachineSpec } from '../machine-spec.js';
import type { TemplateKind } from './template.js';

/**
 * A clock that is so far behind still suits certificates and timers. One that is days behind does not,
 * and what the first boot writes would be dated before its release was made.
 */
const periodMs = 60 * 60 * 1000;

/**
 * The number of the present hour for a template that is only good in it; undefined for one that is good
 * for ever. A part of the key, and no reason to make a template anew in its old place: machines may run
 * over that.
 */
export function clockPeriod(
  kind: TemplateKind,
  { holdSocket }: Pick<MachineSpec, 'holdSocket'>,
  nowMs = Date.now(),
): number | undefined {
  const isTold = kind === 'settled' || holdSocket !== undefined;
  return isTold ? undefined : Math.floor(nowMs / periodMs);
}
