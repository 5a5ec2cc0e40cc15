/** Several runs of one plan, on several hosts, as the log of one run. */

import type { LoggedEvent } from '../harness/model/events.js';
import type { RunId } from '../harness/model/ids.js';
import { ofKind, ownExclusions, type Part, type Start, toPart } from './merge-part.js';
import type { EventLogContents } from './read-event-log.js';
import { requireMergeable } from './require-mergeable.js';

/**
 * The events of the merged run, numbered anew, in the order of their time. It has an end only when
 * all parts have one. Throws like {@link requireMergeable}.
 */
export function mergeLogs(logs: readonly EventLogContents[], run: RunId): readonly LoggedEvent[] {
  requireMergeable(logs);
  const parts = logs.map(toPart);
  return renumber([startOf(parts, run), ...plans(parts), ...attempts(parts), ...endOf(parts)]);
}

function startOf(parts: readonly Part[], run: RunId): Start {
  const starts = parts.map(({ start }) => start).sort((a, b) => a.at.localeCompare(b.at));
  const { shard: _, ...first } = starts[0] as Start;
  const merged = parts.flatMap(({ start, log }) => {
    return [{ run: start.run, ...log.head }, ...(start.merged ?? [])];
  });
  const releases = oneOfEachName(starts.flatMap((start) => start.releases ?? []));
  const lent = oneOfEachName(starts.flatMap((start) => start.lent ?? []));
  return {
    ...first,
    run,
    merged,
    ...(releases.length > 0 && { releases }),
    ...(lent.length > 0 && { lent }),
  };
}

function oneOfEachName<T extends { readonly name: string }>(all: readonly T[]): T[] {
  return [...new Map(all.map((one) => [one.name, one])).values()];
}

function plans(parts: readonly Part[]): LoggedEvent[] {
  const planned = parts.flatMap((part) => ofKind(part, 'case-planned'));
  const excluded = parts.flatMap(ownExclusions);
  const unique = new Map(excluded.map((event) => [JSON.stringify(event.excluded), event]));
  return [...planned, ...unique.values()];
}

function attempts(parts: readonly Part[]): LoggedEvent[] {
  const events = parts.flatMap(({ log }) => log.events.filter((event) => 'attempt' in event));
  return events.sort((a, b) => a.at.localeCompare(b.at));
}

function endOf(parts: readonly Part[]): LoggedEvent[] {
  const ends = parts.flatMap((part) => ofKind(part, 'run-ended'));
  const last = ends.sort((a, b) => a.at.localeCompare(b.at)).at(-1);
  if (last === undefined || ends.length < parts.length) return [];
  return [{ ...last, interrupted: ends.some(({ interrupted }) => interrupted) }];
}

function renumber(events: readonly LoggedEvent[]): LoggedEvent[] {
  return events.map((event, seq) => ({ ...event, seq }));
}
