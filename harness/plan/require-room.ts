/**
 * The check before anything is created that at least one suite can run within the budget.
 */

import { UsageError } from '../base/errors.js';
import type { Budget } from '../model/plan.js';
import type { Suite } from '../model/suite.js';
import { costOfTopology } from '../model/topology.js';
import { whyTooLarge } from './make-plan.js';

/**
 * Throws TOPOLOGY_TOO_LARGE (usage) when the machines of none of the suites can ever run at one
 * time. When some can, the others are excluded with their reasons by the plan.
 */
export function requireRoom(suites: readonly Suite[], budget: Budget): void {
  const reasons = suites.map(({ topology }) => whyTooLarge(costOfTopology(topology), budget));
  const [first] = suites;
  if (first === undefined || reasons.includes(undefined)) return;
  const others = suites.length > 1 ? ` and ${suites.length - 1} more never fit` : ' never fits';
  const next = 'see --memory';
  throw new UsageError('TOPOLOGY_TOO_LARGE', `${first.id}${others}: ${reasons[0]}; ${next}`);
}
