/**
 * What changed from one run to another: outcomes case by case, and durations where there are enough
 * of them to tell a change from noise.
 */

import type { CaseStatus } from '../harness/model/outcome.js';
import type { CaseRecord, RunRecord } from '../harness/model/record.js';
import { compareDurations, type DurationChange, type SlowdownRule } from './statistics.js';

/** Durations in milliseconds of the passed attempts of a case, by its id. */
export type Samples = ReadonlyMap<string, readonly number[]>;

/** A case whose status changed; undefined where the run has no such case. */
export interface StatusChange {
  readonly case: string;
  readonly before: CaseStatus | undefined;
  readonly after: CaseStatus | undefined;
}

/** What changed, each list in the order of the later run. */
export interface RunComparison {
  readonly newlyFailing: readonly StatusChange[];
  readonly newlyFlaky: readonly StatusChange[];
  /** Had passed, and now nobody can tell: errored, missing, cancelled, skipped, or not planned. */
  readonly lost: readonly StatusChange[];
  readonly fixed: readonly StatusChange[];
  readonly stillFailing: readonly StatusChange[];
  readonly added: readonly StatusChange[];
  readonly slower: readonly (DurationChange & { readonly case: string })[];
  readonly faster: readonly (DurationChange & { readonly case: string })[];
  /** Cases with too few durations to tell. */
  readonly untold: number;
}

/** Significant at 5 %, and by at least 15 % and 2 s: smaller changes nobody acts upon. */
export const slowdownRule: SlowdownRule = { p: 0.05, ratio: 1.15, difference: 2000 };

/** Compares two records; `samples` are the durations for each, of these and of like runs. */
export function compareRuns(
  before: RunRecord,
  after: RunRecord,
  samples: { readonly before: Samples; readonly after: Samples },
): RunComparison {
  const changes = changesOf(before, after);
  const where = (test: (change: StatusChange) => boolean) => changes.filter(test);
  const durations = changedDurations(changes, samples);
  return {
    newlyFailing: where((c) => c.after === 'failed' && c.before !== 'failed'),
    newlyFlaky: where((c) => c.after === 'flaky' && c.before !== 'flaky' && c.before !== 'failed'),
    lost: where((c) => isGreen(c.before) && !isGreen(c.after) && !isRed(c.after)),
    fixed: where((c) => isRed(c.before) && isGreen(c.after)),
    stillFailing: where((c) => c.before === 'failed' && c.after === 'failed'),
    added: where((c) => c.before === undefined),
    slower: durations.filter(({ kind }) => kind === 'slower'),
    faster: durations.filter(({ kind }) => kind === 'faster'),
    untold: durations.filter(({ kind }) => kind === 'untold').length,
  };
}

function isGreen(status: CaseStatus | undefined): boolean {
  return status === 'passed';
}

function isRed(status: CaseStatus | undefined): boolean {
  return status === 'failed' || status === 'flaky';
}

function changesOf(before: RunRecord, after: RunRecord): StatusChange[] {
  const old = byName(before.cases);
  const current = byName(after.cases);
  const names = new Set([...current.keys(), ...old.keys()]);
  return [...names].map((name) => {
    return { case: name, before: old.get(name), after: current.get(name) };
  });
}

/** Images of another version have other names, so cases are joined without theirs. */
function byName(cases: readonly CaseRecord[]): ReadonlyMap<string, CaseStatus> {
  return new Map(cases.map(({ id, status }) => [joinKey(id), status]));
}

/** A case's id without its image: `suite@platform-firmware`. */
export function joinKey(id: string): string {
  const [suite = id, , ...rest] = id.split('@');
  return [suite, ...rest].join('@');
}

function changedDurations(
  changes: readonly StatusChange[],
  samples: { readonly before: Samples; readonly after: Samples },
): (DurationChange & { readonly case: string })[] {
  const both = changes.filter(({ before, after }) => isGreen(before) && isGreen(after));
  return both.map(({ case: name }) => {
    const key = name.replace(/#\d+$/, '');
    const [before, after] = [samples.before.get(key) ?? [], samples.after.get(key) ?? []];
    return { case: name, ...compareDurations(before, after, slowdownRule) };
  });
}

/** The durations of one run by the same key; repetitions of a case are one sample. */
export function samplesOf({ cases }: RunRecord): Samples {
  const samples = new Map<string, number[]>();
  for (const { id, attempts } of cases) {
    const key = joinKey(id).replace(/#\d+$/, '');
    const passed = attempts.filter(({ outcome }) => outcome === 'passed');
    const durations = passed.flatMap(({ durationMs }) =>
      durationMs === undefined ? [] : [durationMs],
    );
    samples.set(key, [...(samples.get(key) ?? []), ...durations]);
  }
  return samples;
}

/** Samples of the history, by the same key. */
export function withoutImage(samples: Samples): Samples {
  return new Map([...samples].map(([id, durations]) => [joinKey(id), durations]));
}
