/**
 * Says what is wrong with a step of a schedule of faults before it is done.
 */

import { UsageError } from '../../harness/base/errors.js';
import type { FaultStep, Station } from '../../harness/model/network.js';
import { checkFaults } from './check-faults.js';

/** Throws BAD_FAULT, UNKNOWN_LINK (usage). */
export function checkStep(step: FaultStep, stations: readonly Station[]): void {
  if (!(step.atMs >= 0)) throw new UsageError('BAD_FAULT', `a step at ${step.atMs} ms`);
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
  for (const machine of [...from, ...to]) findStation(stations, machine);
  const both = from.filter((machine) => to.includes(machine));
  if (both.length === 0) return;
  const message = `${both.join(', ')} can not be on both sides of a partition`;
  throw new UsageError('BAD_FAULT', message);
}

/** The number of a machine's station, the first of several. Throws UNKNOWN_LINK (usage). */
export function findStation(
  stations: readonly Station[],
  machine: string,
  segment?: string,
): number {
  const n = stations.findIndex((station) => {
    return station.machine === machine && (segment ?? station.segment) === station.segment;
  });
  if (n >= 0) return n;
  const where = segment === undefined ? 'any segment' : `segment ${segment}`;
  throw new UsageError('UNKNOWN_LINK', `${machine} is not on ${where} of this cluster`);
}
