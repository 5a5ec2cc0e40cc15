/**
 * Which of a network's events are told as they happen, for the log of the run.
 */

import type { NetworkEvent } from '../../harness/model/network.js';

/** Of each kind; a machine that asks without end must not fill the log of its run. */
const mostOfKind = 5_000;

/**
 * Says of each event whether it is told: the first of its kind are, and faults always, as only a suite
 * makes them. Names and the time never are.
 */
export function toldEvents(most = mostOfKind): (event: NetworkEvent) => boolean {
  const seen = new Map<NetworkEvent['kind'], number>();
  return ({ kind }) => {
    if (kind === 'fault') return true;
    if (kind === 'name' || kind === 'time') return false;
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    return count <= most;
  };
}
