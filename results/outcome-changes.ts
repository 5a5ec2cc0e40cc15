/**
 * What became of the cases from one run to another, each change of an outcome in one list.
 */

import type { CaseStatus } from '../harness/model/outcome.js';
import { nameOfCase } from '../harness/model/plan.js';
import type { CaseRecord, RunRecord } from '../harness/model/record.js';

/** A case in both runs; undefined where the run has no such case. */
export interface StatusChange {
  readonly case: string;
  readonly before: CaseStatus | undefined;
  readonly after: CaseStatus | undefined;
  /** Why the later run excluded it. */
  readonly reason?: string;
}

/** Each kind of change as a person calls it, worst first. */
export const changeTitles = {
  newlyFailing: 'newly failing',
  newlyFlaky: 'newly flaky',
  lost: 'known before, not known now',
  eased: 'failed before, passes sometimes now',
  fixed: 'fixed',
  found: 'not known before, passes now',
  stillFailing: 'still failing',
  stillUnknown: 'not known, for another reason than before',
} as const;

export type ChangeKind = keyof typeof changeTitles;

/** In the order of the later run. */
export type OutcomeChanges = Readonly<Record<ChangeKind, readonly StatusChange[]>>;

/** Kinds that make the later run the worse one. */
export const worseKinds: readonly ChangeKind[] = ['newlyFailing', 'newlyFlaky', 'lost'];

/**
 * Sorts the changes; a case of which nothing changed is in none of the lists, unless it still fails, and
 * neither is one that only one of the runs has, unless it fails or is flaky.
 */
export function sortChanges(changes: readonly StatusChange[]): OutcomeChanges {
  const of = (kind: ChangeKind) => changes.filter((one) => kindOf(one) === kind);
  const kinds = Object.keys(changeTitles) as ChangeKind[];
  return Object.fromEntries(kinds.map((kind) => [kind, of(kind)] as const)) as Record<
    ChangeKind,
    StatusChange[]
  >;
}

function kindOf({ before, after }: StatusChange): ChangeKind | undefined {
  if (after === 'failed') return before === 'failed' ? 'stillFailing' : 'newlyFailing';
  if (before === after) return undefined;
  if (after === 'flaky') return before === 'failed' ? 'eased' : 'newlyFlaky';
  if (before === undefined || after === undefined) return undefined;
  if (after === 'passed') return isKnown(before) ? 'fixed' : 'found';
  return isKnown(before) ? 'lost' : 'stillUnknown';
}

function isKnown(status: CaseStatus): boolean {
  return status === 'passed' || status === 'failed' || status === 'flaky';
}

/** Of all cases of both runs. Images of another name do not keep them from being the same. */
export function changesOf(before: RunRecord, after: RunRecord): StatusChange[] {
  const [old, current] = [byKey(before.cases), byKey(after.cases)];
  const reasons = new Map(after.excluded.map((one) => [nameOfCase(one), one.reason]));
  return [...new Set([...current.keys(), ...old.keys()])].map((name) => {
    const [was, is] = [old.get(name), current.get(name)];
    const reason = was && !is ? reasons.get(nameOfCase(was)) : undefined;
    const change = { case: name, before: was?.status, after: is?.status };
    return reason === undefined ? change : { ...change, after: 'excluded', reason };
  });
}

function byKey(cases: readonly CaseRecord[]): ReadonlyMap<string, CaseRecord> {
  return new Map(cases.map((one) => [joinKey(one.id), one]));
}

/** A case's id without its image: `suite@platform-firmware`. */
export function joinKey(id: string): string {
  const [suite = id, , ...rest] = id.split('@');
  return [suite, ...rest].join('@');
}

/** `a/b  passed to excluded (needs docker)`, its parts one by one. */
export function changeText({ before, after, reason }: StatusChange): {
  readonly before: string;
  readonly after: string;
} {
  const why = reason === undefined ? '' : ` (${reason})`;
  return { before: before ?? 'absent', after: `${after ?? 'absent'}${why}` };
}
