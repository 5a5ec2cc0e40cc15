/**
 * What became of machines that took a release, from what was heard of them: the one notion of a canary
 * that fares well or ill, wherever the words come from.
 */

import type { CanaryReport } from '../field-evidence.js';
import { compare } from '../waiver.js';

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
  /**
   * A machine that took a release and is not heard of for so long has failed; 0 where it is all over, and
   * nothing more will be heard even of those that run.
   */
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
  const spans = spansOf(stories, version, nowMs);
  const ageMs = nowMs - Math.min(nowMs, ...spans.map(({ fromMs }) => fromMs));
  const beforeMs = Math.min(nowMs, ...spansOf(stories, baseline, nowMs).map((one) => one.fromMs));
  const seen = countMachines(stories, { version, untilMs: nowMs, silentMs });
  const before = { version: baseline, untilMs: Math.min(nowMs, beforeMs + ageMs), silentMs };
  const { instances, failed } = countMachines(stories, before);
  return {
    source,
    version,
    at: new Date(nowMs).toISOString(),
    instances: seen.instances,
    failed: seen.failed,
    ages: agesOf(spans),
    ...(seen.errors.length > 0 && { errors: seen.errors }),
    baseline: { version: baseline, instances, failed },
  };
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** From when each machine spoke from it until it spoke from another release, or until now. */
function spansOf(
  stories: readonly MachineStory[],
  version: string,
  nowMs: number,
): readonly Span[] {
  return stories.flatMap(({ sightings }) => {
    const runs = sightings.filter(({ what, atMs }) => what === 'runs' && atMs <= nowMs);
    const first = runs.findIndex((one) => one.version === version);
    const from = runs[first];
    if (from === undefined) return [];
    const next = runs.slice(first).find((one) => one.version !== version);
    return [{ fromMs: from.atMs, toMs: next?.atMs ?? nowMs }];
  });
}

function agesOf(spans: readonly Span[]): CanaryReport['ages'] {
  const machines = new Map<number, number>();
  for (const { fromMs, toMs } of spans) {
    const hours = (toMs - fromMs) / hourMs;
    const age = Math.floor(hours) || Math.floor(100 * hours) / 100;
    machines.set(age, (machines.get(age) ?? 0) + 1);
  }
  const ages = [...machines].map(([hours, count]) => ({ hours, machines: count }));
  return ages.sort((a, b) => b.hours - a.hours);
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
function endOf(story: MachineStory, window: Window): End {
  const { version, untilMs, silentMs } = window;
  const heard = story.sightings.filter(({ atMs }) => atMs <= untilMs);
  const own = heard.filter((one) => one.version === version);
  const failure = own.find(({ what }) => what === 'failed');
  if (failure) return failedBy(failure.code ? `error ${failure.code}` : 'an error');
  const last = own.at(-1);
  if (last === undefined) return { kind: 'none' };
  if (own.some(({ what }) => what === 'runs')) return endOfRunning(story, heard, window);
  return untilMs - last.atMs >= silentMs ? failedBy('not heard of again') : { kind: 'none' };
}

/** What it ran after that may be an older release again, and then there may be nothing. */
function endOfRunning(
  { sightings }: MachineStory,
  heard: readonly Sighting[],
  { version, untilMs, silentMs }: Window,
): End {
  const runs = heard.filter(({ what }) => what === 'runs').at(-1);
  if (runs && compare(runs.version, version) < 0) return failedBy(`went back to ${runs.version}`);
  const lastMs = Math.max(...sightings.map(({ atMs }) => atMs));
  const isSilent = silentMs > 0 && untilMs - lastMs >= silentMs;
  return isSilent ? failedBy('not heard of again') : { kind: 'well' };
}

function failedBy(reason: string): End {
  return { kind: 'failed', reason };
}
