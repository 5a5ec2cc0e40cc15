/**
 * From the event log to the record: a pure function, so that a crash loses nothing that had
 * happened and every report can be made again. It interprets; how statuses and verdicts add up is
 * decided by `harness/model/outcome.ts`.
 */

import { defined } from '../harness/base/errors.js';
import type { LentExtra, LoggedEvent } from '../harness/model/events.js';
import {
  type CaseStatus,
  caseStatuses,
  type RunVerdict,
  statusOfAttempts,
  verdictOf,
} from '../harness/model/outcome.js';
import type { Case, Exclusion } from '../harness/model/plan.js';
import type { AttemptRecord, CaseRecord, RunRecord } from '../harness/model/record.js';
import { type AttemptEvent, foldAttempt } from './fold-attempt.js';
import { unknownStart } from './unknown-run.js';

type Kind = LoggedEvent['kind'];
type OfKind<K extends Kind> = Extract<LoggedEvent, { readonly kind: K }>;

function ofKind<K extends Kind>(events: readonly LoggedEvent[], kind: K): OfKind<K>[] {
  return events.filter((event): event is OfKind<K> => event.kind === kind);
}

/**
 * Folds any prefix of a log, the empty one too. `notes` are those of reading it; the fold adds its
 * own. A run that never said that it ended, or was interrupted, has no verdict better than
 * inconclusive, since cases may be lacking that nobody planned any more; nor has one that left something
 * behind, since a machine that may still live was not seen to its end.
 */
export function foldRun(events: readonly LoggedEvent[], notes: readonly string[]): RunRecord {
  const start = ofKind(events, 'run-started')[0] ?? unknownStart;
  const end = ofKind(events, 'run-ended')[0];
  const attempts = foldAttempts(events);
  const cases = ofKind(events, 'case-planned').map((event) => foldCase(event.planned, attempts));
  const excluded = ofKind(events, 'case-excluded').map((event) => event.excluded);
  const { schema, run, version, argv, seed, image, platform, host, budget, shard } = start;
  const { releases, code } = start;
  const complete = end !== undefined && !end.interrupted;
  return defined({
    ...{ schema, run, version, code, argv, seed, image, platform, host, budget, releases, shard },
    merged: start.merged?.map((part) => part.run),
    startedAt: start.at,
    endedAt: end?.at,
    interrupted: end?.interrupted ?? false,
    cases,
    excluded,
    counts: countStatuses(cases, excluded),
    verdict: verdictOfRun(cases, complete),
    notes: [
      ...mergeNotes(start),
      ...(start.lent ?? []).map(lentNote),
      ...notes,
      ...notesOf(events),
      ...strayNotes(cases, attempts),
      ...ofKind(events, 'fork-disagreed').map(disagreementNote),
    ],
  }) as RunRecord;
}

type Attempts = ReadonlyMap<string, readonly AttemptRecord[]>;

/** Per case, in the order of the attempts' numbers. */
function foldAttempts(events: readonly LoggedEvent[]): Attempts {
  const groups = new Map<string, [AttemptEvent, ...AttemptEvent[]]>();
  for (const event of events) {
    if (!('attempt' in event)) continue;
    const key = `${event.attempt} ${event.case}`;
    const group = groups.get(key);
    if (group) group.push(event);
    else groups.set(key, [event]);
  }
  const attempts = new Map<string, AttemptRecord[]>();
  for (const group of groups.values()) {
    const known = attempts.get(group[0].case) ?? [];
    attempts.set(group[0].case, [...known, foldAttempt(group)]);
  }
  for (const list of attempts.values()) list.sort((a, b) => a.attempt - b.attempt);
  return attempts;
}

function foldCase(planned: Case, allAttempts: Attempts): CaseRecord {
  const attempts = allAttempts.get(planned.id) ?? [];
  const status = statusOfAttempts(attempts.map(({ outcome }) => outcome));
  return { ...planned, status, attempts };
}

function countStatuses(
  cases: readonly CaseRecord[],
  excluded: readonly Exclusion[],
): Record<CaseStatus, number> {
  const zeros = Object.fromEntries(caseStatuses.map((status) => [status, 0]));
  const counts = zeros as Record<CaseStatus, number>;
  for (const { status } of cases) counts[status] += 1;
  return { ...counts, excluded: excluded.length };
}

function verdictOfRun(cases: readonly CaseRecord[], complete: boolean): RunVerdict {
  const verdict = verdictOf(cases.map(({ status }) => status));
  const isClean = cases.every(({ attempts }) => attempts.every(leftNothing));
  return verdict === 'passed' && !(complete && isClean) ? 'inconclusive' : verdict;
}

function leftNothing({ cleanupFailures }: AttemptRecord): boolean {
  return cleanupFailures.length === 0;
}

function lentNote({ name, sha256, lentBy }: LentExtra): string {
  return `${name} (${sha256.slice(0, 12)}) was lent by the image ${lentBy}`;
}

function mergeNotes({ merged = [] }: OfKind<'run-started'>): string[] {
  return merged.length === 0 ? [] : [`merged from ${merged.map(({ run }) => run).join(', ')}`];
}

function notesOf(events: readonly LoggedEvent[]): string[] {
  if (events.length === 0) return ['the event log is empty: nothing is known of this run'];
  const ended = ofKind(events, 'run-ended').length > 0;
  return ended ? [] : ['the event log ends before the run did: its process died or still runs'];
}

function disagreementNote(event: OfKind<'fork-disagreed'>): string {
  const { fork, cold, attempt } = event;
  const what = `a fork ${fork}, and attempt ${attempt}, a cold boot, ${cold}`;
  return `${event.case}: ${what}; forks do not stand for boots here`;
}

function strayNotes(cases: readonly CaseRecord[], attempts: Attempts): string[] {
  const planned = new Set<string>(cases.map(({ id }) => id));
  const strays = [...attempts.keys()].filter((id) => !planned.has(id));
  return strays.map((id) => `the log has attempts of ${id}, which was not planned; not counted`);
}
