/** A log that is to be merged, and its first line. */

import { UsageError } from '../harness/base/errors.js';
import type { LoggedEvent } from '../harness/model/events.js';
import type { EventLogContents } from './read-event-log.js';

type Kind = LoggedEvent['kind'];
type OfKind<K extends Kind> = Extract<LoggedEvent, { readonly kind: K }>;
/** The first line of a log. */
export type Start = OfKind<'run-started'>;

/** One of the runs that are to be one. */
export interface Part {
  readonly start: Start;
  readonly log: EventLogContents;
}

/** The events of one kind, in their order. */
export function ofKind<K extends Kind>({ log }: Part, kind: K): OfKind<K>[] {
  return log.events.filter((event): event is OfKind<K> => event.kind === kind);
}

/** Throws MERGE_EMPTY (usage) when the log does not begin with the start of a run. */
export function toPart(log: EventLogContents): Part {
  const [start] = log.events;
  if (start?.kind === 'run-started') return { start, log };
  throw new UsageError('MERGE_EMPTY', 'a run whose log has no first line can’t be merged');
}

/** What the part left out for a reason, and not to another part. */
export function ownExclusions(part: Part): OfKind<'case-excluded'>[] {
  return ofKind(part, 'case-excluded').filter(({ excluded }) => excluded.inShard === undefined);
}
