/**
 * From suites, an image and a platform to cases in a definite order, and to exclusions with their
 * reasons. Pure: the same input gives the same plan.
 */

import { type ClaimId, makeCaseId, type SuiteId } from '../model/ids.js';
import type { Firmware, ImageDescriptor } from '../model/image.js';
import type { Budget, Case, Exclusion, Plan } from '../model/plan.js';
import type { Suite } from '../model/suite.js';
import { costOfTopology, type Topology, type TopologyCost } from '../model/topology.js';
import { shuffle } from './shuffle.js';

/** What is planned, for which place. */
export interface PlanRequest {
  readonly suites: readonly Suite[];
  readonly image: ImageDescriptor;
  readonly platform: { readonly name: string; readonly capabilities: readonly string[] };
  readonly seed: number;
  readonly budget: Budget;
  /** Why a suite does not apply, or undefined (harness/select/applicability.ts). */
  readonly whyNot: (suite: Suite) => string | undefined;
}

/** Large cases first, since they fit late only into an emptying host; the rest in seeded order. */
export function makePlan(request: PlanRequest): Plan {
  const { suites, seed } = request;
  const cases: Case[] = [];
  const excluded: Exclusion[] = [];
  for (const suite of suites) {
    const planned = caseOf(suite, request);
    const reason = request.whyNot(suite) ?? whyTooLarge(planned, request.budget);
    if (reason === undefined) cases.push(planned);
    else excluded.push({ suite: planned.suite, reason });
  }
  const size = ({ cost }: Case) => shareOf(cost, request.budget);
  const ordered = shuffle(cases, seed).sort((a, b) => size(b) - size(a));
  return { seed, cases: ordered, excluded };
}

/** The part of the budget that a cost takes, by the resource of which it takes more. */
function shareOf({ memoryMiB, vcpus }: TopologyCost, budget: Budget): number {
  return Math.max(memoryMiB / budget.memoryMiB, vcpus / budget.vcpus);
}

function caseOf(suite: Suite, { image, platform }: PlanRequest): Case {
  const id = suite.id as SuiteId;
  const firmware = firmwareOf(suite.topology);
  return {
    id: makeCaseId({ suite: id, image: image.name, platform: platform.name, firmware }),
    suite: id,
    summary: suite.summary,
    claims: suite.claims as readonly ClaimId[],
    image: image.name,
    platform: platform.name,
    firmware,
    cost: costOfTopology(suite.topology),
    locks: suite.locks,
  };
}

/** The firmware that names the case; machines of a cluster share it in practice. */
function firmwareOf({ roles }: Topology): Firmware {
  return Object.values(roles).some(({ firmware }) => firmware === 'uefi') ? 'uefi' : 'bios';
}

function whyTooLarge({ cost }: Case, budget: Budget): string | undefined {
  const lacks = (what: string, needs: number, has: number) =>
    `needs ${needs} ${what}, may use ${has}`;
  if (cost.memoryMiB > budget.memoryMiB) {
    return lacks('MiB of memory', cost.memoryMiB, budget.memoryMiB);
  }
  if (cost.vcpus > budget.vcpus) return lacks('vCPUs', cost.vcpus, budget.vcpus);
  return undefined;
}
