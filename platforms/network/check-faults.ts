/**
 * Says what is wrong with a fault before it is asked for.
 */

import { UsageError } from '../../harness/base/errors.js';
import type { LinkFaults } from '../../harness/model/network.js';

const shares = ['loss', 'duplicate', 'reorder', 'corrupt'] as const;
const durations = ['delayMs', 'jitterMs'] as const;
/** What is on its way at once is bounded, so a link of minutes would only lose. */
const longestMs = 60_000;

/** Throws BAD_FAULT (usage). */
export function checkFaults(faults: LinkFaults): void {
  for (const name of shares) {
    const value = faults[name];
    if (value !== undefined && !(value >= 0 && value <= 1)) {
      throw badFault(`${name} is ${value}, not a share from 0 to 1`);
    }
  }
  for (const name of durations) {
    const value = faults[name];
    if (value !== undefined && !(value >= 0 && value <= longestMs)) {
      throw badFault(`${name} is ${value}, not from 0 to ${longestMs} ms`);
    }
  }
  const { kbitPerSecond } = faults;
  if (kbitPerSecond !== undefined && !(kbitPerSecond > 0)) {
    throw badFault(`kbitPerSecond is ${kbitPerSecond}; for a link that is cut, say down`);
  }
}

function badFault(what: string): UsageError {
  return new UsageError('BAD_FAULT', `fault on a link: ${what}`);
}
