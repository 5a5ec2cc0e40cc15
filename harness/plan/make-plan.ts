/**
 * From suites, an image and a platform to cases in a definite order, and to exclusions with their
 * reasons. Pure: the same input gives the same plan.
 */

import { defined } from '../base/errors.js';
import { type ClaimId, makeCaseId, type SuiteId } from '../model/ids.js';
import type { Firmware, ImageDescriptor } from '../model/image.js';
import type { Budget, Case, Exclusion, Forecast, Plan, Shard } from '../model/plan.js';
import type { Suite } from '../model/suite.js';
import { costOfTopology, type Topology, type TopologyCost } from '../model/topology.js';
import { assignShards, medianOf } from './shard.js';
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
  /** How often each suite is to run. Default 1. */
  readonly repeatEach?: number | undefined;
  /** The part that is wanted. Default: the whole. */
  readonly shard?: Shard | undefined;
  /** What to expect of a case on this host; undefined when nothing is known. */
  readonly forecastOf?: ((planned: Case) => Forecast | undefined) | undefined;
  /** Like `forecastOf`, from nothing but what every host of a sharded run knows too. */
  readonly shardForecastOf?: ((planned: Case) => Forecast | undefined) | undefined;
}

/**
 * Longest first, an unknown time counting as the median of the others, so that no long case is left
 * for the end; then large ones, which fit late only into an emptying host; the rest in seeded order.
 */
export function makePlan(request: PlanRequest): Plan {
  const { seed, budget, forecastOf } = request;
  const cases: Case[] = [];
  const excluded: Exclusion[] = [];
  for (const { suite, planned, elsewhere } of inShard(candidatesOf(request), request)) {
    const reason = request.whyNot(suite) ?? whyTooLarge(planned.cost, budget);
    const why = elsewhere ?? (reason === undefined ? undefined : { reason });
    if (why === undefined) cases.push(withForecast(planned, forecastOf?.(planned)));
    else excluded.push(exclusionOf(planned, why));
  }
  return { seed, cases: inOrder(shuffle(cases, seed), budget), excluded };
}

interface Candidate {
  readonly suite: Suite;
  readonly planned: Case;
  /** Why it is not wanted here, and where it is. */
  readonly elsewhere?: Why;
}

type Why = Pick<Exclusion, 'reason' | 'inShard'>;

function candidatesOf(request: PlanRequest): readonly Candidate[] {
  const times = Array.from({ length: request.repeatEach ?? 1 }, (_, n) => n + 1);
  return request.suites.flatMap((suite) => {
    return times.map((time) => ({ suite, planned: caseOf(suite, time, request) }));
  });
}

/** Before it is known what can run here: the parts must be the same on every host. */
function inShard(candidates: readonly Candidate[], request: PlanRequest): readonly Candidate[] {
  const { shard, shardForecastOf } = request;
  if (shard === undefined) return candidates;
  const weighed = candidates.map(({ planned }) => {
    return { name: planned.id, durationMs: shardForecastOf?.(planned)?.durationMs };
  });
  const parts = assignShards(weighed, shard.count);
  return candidates.map((one) => {
    const part = parts.get(one.planned.id);
    if (part === undefined || part === shard.index) return one;
    const elsewhere = { reason: `in shard ${part}/${shard.count}`, inShard: part };
    return { ...one, elsewhere };
  });
}

function withForecast(planned: Case, forecast: Forecast | undefined): Case {
  return forecast === undefined ? planned : { ...planned, forecast };
}

function exclusionOf({ suite, repeat, claims }: Case, why: Why): Exclusion {
  return { suite, ...(repeat === undefined ? {} : { repeat }), claims, ...why };
}

function inOrder(cases: readonly Case[], budget: Budget): readonly Case[] {
  const median = medianOf(cases.flatMap(({ forecast }) => forecast?.durationMs ?? [])) ?? 0;
  const keyed = cases.map((planned) => {
    const durationMs = planned.forecast?.durationMs ?? median;
    return { planned, durationMs, share: shareOf(planned.cost, budget) };
  });
  keyed.sort((a, b) => b.durationMs - a.durationMs || b.share - a.share);
  return keyed.map(({ planned }) => planned);
}

/** The part of the budget that a cost takes, by the resource of which it takes more. */
function shareOf({ memoryMiB, vcpus }: TopologyCost, budget: Budget): number {
  return Math.max(memoryMiB / budget.memoryMiB, vcpus / budget.vcpus);
}

/** `time` counts from 1; the first has the id of a case that runs once. */
function caseOf(suite: Suite, time: number, { image, platform }: PlanRequest): Case {
  const id = suite.id as SuiteId;
  const firmware = firmwareOf(suite.topology);
  const repeat = time === 1 ? undefined : time;
  return defined({
    id: makeCaseId({ suite: id, image: image.name, platform: platform.name, firmware, repeat }),
    suite: id,
    summary: suite.summary,
    claims: suite.claims as readonly ClaimId[],
    image: image.name,
    platform: platform.name,
    firmware,
    cost: costOfTopology(suite.topology),
    locks: suite.locks,
    repeat,
  }) as Case;
}

/** The firmware that names the case; machines of a cluster share it in practice. */
function firmwareOf({ roles }: Topology): Firmware {
  return Object.values(roles).some(({ firmware }) => firmware === 'uefi') ? 'uefi' : 'bios';
}

/**
 * Why machines of this cost can never run within the budget, or undefined when they can. Memory is
 * there or not; processors are shared, so that more vCPUs than there are only make machines slow.
 */
export function whyTooLarge({ memoryMiB }: TopologyCost, budget: Budget): string | undefined {
  if (memoryMiB <= budget.memoryMiB) return undefined;
  return `needs ${memoryMiB} MiB of memory, may use ${budget.memoryMiB}`;
}
