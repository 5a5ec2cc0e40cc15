/**
 * What changed from one run to another: outcomes case by case, and durations where there are enough
 * of them to tell a change from noise.
 */

import type { RunRecord } from '../harness/model/record.js';
import {
  changesOf,
  joinKey,
  type OutcomeChanges,
  type StatusChange,
  sortChanges,
} from './outcome-changes.js';
import { compareDurations, type DurationChange, type SlowdownRule } from './statistics.js';

/** Durations in milliseconds of the passed attempts of a case, by its id. */
export type Samples = ReadonlyMap<string, readonly number[]>;

/** What changed, each list in the order of the later run. */
export interface RunComparison extends OutcomeChanges {
  readonly added: readonly StatusChange[];
  /** They make the later run the worse one: a run proves nothing of what it has not. */
  readonly gone: readonly StatusChange[];
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
  const durations = changedDurations(changes, samples);
  return {
    ...sortChanges(changes),
    added: changes.filter((one) => one.before === undefined),
    gone: changes.filter((one) => one.after === undefined),
    slower: durations.filter(({ kind }) => kind === 'slower'),
    faster: durations.filter(({ kind }) => kind === 'faster'),
    untold: durations.filter(({ kind }) => kind === 'untold').length,
  };
}

function changedDurations(
  changes: readonly StatusChange[],
  samples: { readonly before: Samples; readonly after: Samples },
): (DurationChange & { readonly case: string })[] {
  const both = changes.filter(({ before, after }) => before === 'passed' && after === 'passed');
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
