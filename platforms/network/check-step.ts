/**
 * Says what is wrong with a step of a schedule of faults before it is done.
 */

import { UsageError } from '../../harness/base/errors.js';
import type { FaultStep, Station } from '../../harness/model/network.js';
import { checkFaults } from './check-faults.js';

/** Throws BAD_FAULT, UNKNOWN_LINK, AMBIGUOUS_LINK (usage). */
export function checkStep(step: FaultStep, stations: readonly Station[]): void {
  const { atMs } = step;
  if (!(Number.isFinite(atMs) && atMs >= 0)) {
    throw new UsageError('BAD_FAULT', `a step at ${atMs} ms`);
  }
  if (step.kind === 'link') {
    checkFaults(step.faults);
    findStation(stations, step.machine, step.segment);
  }
  if (step.kind === 'partition') checkSides(step, stations);
}

function checkSides(
  { from, to }: { readonly from: readonly string[]; readonly to: readonly string[] },
  stations: readonly Station[],
): void {
  if (from.length === 0 || to.length === 0) {
    throw new UsageError('BAD_FAULT', 'a partition needs machines on both sides');
  }
  for (const machine of [...from, ...to]) placesOf(stations, machine);
  const both = from.filter((machine) => to.includes(machine));
  if (both.length === 0) return;
  const message = `${both.join(', ')} can not be on both sides of a partition`;
  throw new UsageError('BAD_FAULT', message);
}

/**
 * The number of a machine's station: on the segment, or the only one that it has. Throws UNKNOWN_LINK,
 * AMBIGUOUS_LINK (usage).
 */
export function findStation(
  stations: readonly Station[],
  machine: string,
  segment?: string,
): number {
  const [n = -1, ...others] = placesOf(stations, machine, segment);
  if (others.length === 0) return n;
  const names = [n, ...others].map((one) => stations[one]?.segment).join(', ');
  throw new UsageError('AMBIGUOUS_LINK', `${machine} is on ${names}; name one of these segments`);
}

/** Numbers of stations, one at least. Throws UNKNOWN_LINK (usage). */
function placesOf(
  stations: readonly Station[],
  machine: string,
  segment?: string,
): readonly number[] {
  const found = stations.flatMap((station, n) => {
    const isWanted =
      station.machine === machine && (segment ?? station.segment) === station.segment;
    return isWanted ? [n] : [];
  });
  if (found.length > 0) return found;
  const where = segment === undefined ? 'any segment' : `segment ${segment}`;
  throw new UsageError('UNKNOWN_LINK', `${machine} is not on ${where} of this cluster`);
}
