/**
 * What became of machines that took a release, from what was heard of them: the one notion of a canary
 * that fares well or ill, wherever the words come from.
 */

import type { CanaryReport } from '../field-evidence.js';

/** One thing that was heard of a machine, about one release. */
export interface Sighting {
  readonly atMs: number;
  readonly version: string;
  /** `installed`: it has it and must come back with it; `runs`: it spoke from it. */
  readonly what: 'installed' | 'runs' | 'failed';
  /** Of the update engine, when it failed. */
  readonly code?: string;
}

/** A machine, and what was heard of it in order. */
export interface MachineStory {
  readonly machine: string;
  readonly sightings: readonly Sighting[];
}

/** About what, from whom, and when. */
export interface CanaryQuestion {
  readonly source: string;
  readonly version: string;
  /** The release before, for comparison. */
  readonly baseline: string;
  readonly nowMs: number;
  /** A machine that took a release and is not heard of for so long has failed. */
  readonly silentMs: number;
}

const hourMs = 3_600_000;

interface Window {
  readonly version: string;
  readonly untilMs: number;
  readonly silentMs: number;
}

/** Machines that have it but did not speak of it yet are in neither number. */
export function canaryReport(
  stories: readonly MachineStory[],
  { source, version, baseline, nowMs, silentMs }: CanaryQuestion,
): CanaryReport {
  const sinceMs = firstOf(stories, version);
  const ageMs = sinceMs === undefined ? 0 : nowMs - sinceMs;
  const beforeMs = firstOf(stories, baseline);
  const seen = countMachines(stories, { version, untilMs: nowMs, silentMs });
  const before = { version: baseline, untilMs: (beforeMs ?? nowMs) + ageMs, silentMs };
  const { instances, failed } = countMachines(stories, before);
  return {
    source,
    version,
    at: new Date(nowMs).toISOString(),
    instances: seen.instances,
    failed: seen.failed,
    hours: Math.round((100 * ageMs) / hourMs) / 100,
    ...(seen.errors.length > 0 && { errors: seen.errors }),
    baseline: { version: baseline, instances, failed },
  };
}

/** When a machine first spoke from it. */
function firstOf(stories: readonly MachineStory[], version: string): number | undefined {
  const all = stories.flatMap(({ sightings }) => sightings);
  const own = all.filter((one) => one.version === version && one.what === 'runs');
  return own.length === 0 ? undefined : Math.min(...own.map(({ atMs }) => atMs));
}

function countMachines(stories: readonly MachineStory[], window: Window) {
  const ends = stories.map((story) => endOf(story, window));
  const codes = new Map<string, number>();
  for (const end of ends) {
    if (end.kind !== 'failed') continue;
    codes.set(end.reason, (codes.get(end.reason) ?? 0) + 1);
  }
  const failed = ends.filter(({ kind }) => kind === 'failed').length;
  const well = ends.filter(({ kind }) => kind === 'well').length;
  const errors = [...codes].map(([reason, machines]) => ({ reason, machines }));
  errors.sort((a, b) => b.machines - a.machines || (a.reason < b.reason ? -1 : 1));
  return { instances: failed + well, failed, errors };
}

type End =
  | { readonly kind: 'well' | 'none' }
  | { readonly kind: 'failed'; readonly reason: string };

/** A failure is not made good by what comes after it. */
function endOf({ sightings }: MachineStory, { version, untilMs, silentMs }: Window): End {
  const own = sightings.filter((one) => one.version === version && one.atMs <= untilMs);
  const failure = own.find(({ what }) => what === 'failed');
  if (failure)
    return { kind: 'failed', reason: failure.code ? `error ${failure.code}` : 'an error' };
  const last = own.at(-1);
  if (last === undefined) return { kind: 'none' };
  if (own.some(({ what }) => what === 'runs')) return { kind: 'well' };
  const isSilent = untilMs - last.atMs >= silentMs;
  return isSilent ? { kind: 'failed', reason: 'not heard of again' } : { kind: 'none' };
}
