/**
 * Faults that strike while a suite runs: the suite itself strikes, and then waits for what comes.
 */

import type { Machine } from '../../harness/model/machine.js';
import type { CaseRecord } from '../../harness/model/record.js';
import { defineSuite, type StartMode } from '../../harness/model/suite.js';
import { type Role, singleMachine } from '../../harness/model/topology.js';
import type { Taken } from './fault.js';
import type { Lab } from './lab.js';

/** What machine the suite has, and how it comes up. */
export interface StageOptions {
  readonly role?: Partial<Role>;
  readonly start?: StartMode;
}

/** What the suite does, and when it had done the damage: from then on the time counts. */
export type Stage = (machine: Machine, struck: () => void) => Promise<unknown>;

/** Runs a suite of one machine with this body. */
export async function duringSuite(
  lab: Lab,
  stage: Stage,
  { role = {}, start = 'fork' }: StageOptions = {},
): Promise<Taken> {
  let struckMs = Number.NaN;
  const suite = defineSuite({
    id: 'faults/stage',
    summary: 'Something goes wrong.',
    claims: [],
    topology: singleMachine(role),
    start,
    run: async (context) => {
      const struck = () => {
        struckMs = performance.now();
      };
      await stage(context.machine(), struck);
    },
  });
  const record = await lab.runCase(suite);
  return { seen: outcomeOf(record), tookMs: performance.now() - struckMs };
}

/** As the table shows it. */
export function outcomeOf({ status, attempts }: CaseRecord): string {
  const failure = attempts.at(-1)?.failure;
  return failure === undefined ? status : `${status} ${failure.phase}/${failure.code}`;
}
