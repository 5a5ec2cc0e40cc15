/**
 * Several runs of one plan, on several hosts, as the log of one run. What does not fit together is
 * refused: a case in two of them, a part that is not there, another image.
 */

import { UsageError } from '../harness/base/errors.js';
import { attemptDirectory } from '../harness/base/run-dir.js';
import type { LoggedEvent } from '../harness/model/events.js';
import type { RunId } from '../harness/model/ids.js';
import { type Case, type Exclusion, nameOfCase } from '../harness/model/plan.js';
import type { EventLogContents } from './read-event-log.js';

type Kind = LoggedEvent['kind'];
type OfKind<K extends Kind> = Extract<LoggedEvent, { readonly kind: K }>;
type Start = OfKind<'run-started'>;

interface Part {
  readonly start: Start;
  readonly log: EventLogContents;
}

function ofKind<K extends Kind>({ log }: Part, kind: K): OfKind<K>[] {
  return log.events.filter((event): event is OfKind<K> => event.kind === kind);
}

/**
 * Throws a usage error when the logs are not the parts of one plan: MERGE_EMPTY, MERGE_MISMATCH,
 * MERGE_DUPLICATE, MERGE_HOLES.
 */
export function requireMergeable(logs: readonly EventLogContents[]): void {
  const parts = logs.map(toPart);
  const [first, ...others] = parts;
  if (first === undefined || others.length === 0) {
    throw new UsageError('MERGE_EMPTY', 'give two runs or more to merge');
  }
  requireDistinct(parts.map(({ start }) => [start.run, `run ${start.run}`, start.run]));
  for (const other of others) requireSame(first.start, other.start);
  requireWhole(parts);
  requireDistinct(parts.flatMap(plannedFiles));
  requireNothingDropped(parts);
}

/**
 * The events of the merged run, numbered anew, in the order of their time. It has an end only when
 * all parts have one. Throws like {@link requireMergeable}.
 */
export function mergeLogs(logs: readonly EventLogContents[], run: RunId): readonly LoggedEvent[] {
  requireMergeable(logs);
  const parts = logs.map(toPart);
  return renumber([startOf(parts, run), ...plans(parts), ...attempts(parts), ...endOf(parts)]);
}

function toPart(log: EventLogContents): Part {
  const [start] = log.events;
  if (start?.kind === 'run-started') return { start, log };
  throw new UsageError('MERGE_EMPTY', 'a run whose log has no first line can’t be merged');
}

type Claim = readonly [key: string, what: string, run: RunId];

/** Cases that would share a directory are as bad as equal ones: files would be lost. */
function plannedFiles(part: Part): Claim[] {
  const planned = ofKind(part, 'case-planned').map((event) => event.planned);
  return planned.map((one) => [attemptDirectory(one, 1), `case ${one.id}`, part.start.run]);
}

function requireDistinct(claims: readonly Claim[]): void {
  const owners = new Map<string, RunId>();
  const doubled = claims.filter(([key, , run]) => {
    const isTaken = owners.has(key);
    if (!isTaken) owners.set(key, run);
    return isTaken;
  });
  const [first] = doubled;
  if (first === undefined) return;
  const [key, what, run] = first;
  const count = doubled.length === 1 ? '' : ` (and ${doubled.length - 1} more)`;
  const message = `${what} is in ${owners.get(key)} and in ${run}${count}; merge each part once`;
  throw new UsageError('MERGE_DUPLICATE', message);
}

function requireSame(one: Start, other: Start): void {
  const fields: readonly (readonly [string, string, string])[] = [
    ['image digest', one.image.sha256, other.image.sha256],
    ['platform', one.platform, other.platform],
    ['version of yard', one.version, other.version],
    ['schema', String(one.schema), String(other.schema)],
  ];
  const different = fields.find(([, a, b]) => a !== b);
  if (different === undefined) return;
  const [name, a, b] = different;
  const message = `${one.run} and ${other.run} do not belong together: ${name} ${a} and ${b}`;
  throw new UsageError('MERGE_MISMATCH', message);
}

function requireWhole(parts: readonly Part[]): void {
  const shards = parts.map(({ start }) => start.shard);
  const count = shards.find((shard) => shard !== undefined)?.count;
  if (count === undefined) return;
  const stranger = parts.find(({ start }) => start.shard?.count !== count);
  if (stranger) {
    const message = `${stranger.start.run} is no part of a plan in ${count} parts, the others are`;
    throw new UsageError('MERGE_MISMATCH', message);
  }
  requireDistinct(
    parts.map(({ start }) => [`${start.shard?.index}`, `part ${start.shard?.index}`, start.run]),
  );
  const there = new Set(shards.map((shard) => shard?.index));
  const holes = Array.from({ length: count }, (_, at) => at + 1).filter((at) => !there.has(at));
  if (holes.length === 0) return;
  const message = `of ${count} parts these are not there: ${holes.join(', ')}; give all of them`;
  throw new UsageError('MERGE_HOLES', message);
}

/** What a part left to another must be known there, or it was cut from another plan. */
function requireNothingDropped(parts: readonly Part[]): void {
  const known = new Set(parts.flatMap((part) => ownCases(part).map((one) => keyIn(part, one))));
  for (const part of parts) {
    const dropped = elsewhere(part).filter(
      (one) => !known.has(`${one.inShard} ${nameOfCase(one)}`),
    );
    const [first] = dropped;
    if (first === undefined) continue;
    const rest = dropped.length === 1 ? '' : ` and ${dropped.length - 1} more`;
    const message =
      `${part.start.run} left ${nameOfCase(first)}${rest} to part ${first.inShard}, which does not ` +
      'know of it; the parts are not of one plan: run all of them with the same selectors and history';
    throw new UsageError('MERGE_HOLES', message);
  }
}

function ownCases(part: Part): (Case | Exclusion)[] {
  return [
    ...ofKind(part, 'case-planned').map((event) => event.planned),
    ...ownExclusions(part).map((event) => event.excluded),
  ];
}

/** What the part left out for a reason, and not to another part. */
function ownExclusions(part: Part): OfKind<'case-excluded'>[] {
  return ofKind(part, 'case-excluded').filter(({ excluded }) => excluded.inShard === undefined);
}

function elsewhere(part: Part): Exclusion[] {
  const excluded = ofKind(part, 'case-excluded').map((event) => event.excluded);
  return excluded.filter(({ inShard }) => inShard !== undefined);
}

function keyIn({ start }: Part, one: Case | Exclusion): string {
  return `${start.shard?.index} ${nameOfCase(one)}`;
}

function startOf(parts: readonly Part[], run: RunId): Start {
  const starts = parts.map(({ start }) => start).sort((a, b) => a.at.localeCompare(b.at));
  const { shard: _, ...first } = starts[0] as Start;
  const merged = parts.map(({ start, log }) => ({ run: start.run, ...log.head }));
  const releases = starts.flatMap((start) => start.releases ?? []);
  const offered = new Map(releases.map((release) => [release.name, release]));
  return {
    ...first,
    run,
    merged,
    ...(offered.size > 0 && { releases: [...offered.values()] }),
  };
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
