/** What does not fit together is refused: a case in two of them, a part that is not there, another image. */

import { UsageError } from '../harness/base/errors.js';
import { attemptDirectory } from '../harness/base/run-dir.js';
import type { RunId } from '../harness/model/ids.js';
import { type Case, type Exclusion, nameOfCase } from '../harness/model/plan.js';
import { ofKind, ownExclusions, type Part, type Start, toPart } from './merge-part.js';
import type { EventLogContents } from './read-event-log.js';

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
  requireSameFiles(parts);
  requireWhole(parts);
  requireDistinct(parts.flatMap(plannedFiles));
  requireNothingDropped(parts);
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
    ['command', commandOf(one), commandOf(other)],
    ['image digest', one.image.sha256, other.image.sha256],
    ['platform', one.platform, other.platform],
    ['accelerator', one.host.accelerator.name, other.host.accelerator.name],
    ['version of yard', one.version, other.version],
    ['code', one.code ?? 'unknown', other.code ?? 'unknown'],
    ['schema', String(one.schema), String(other.schema)],
  ];
  const different = fields.find(([, a, b]) => a !== b);
  if (different !== undefined) throw mismatch(one.run, other.run, different);
}

function commandOf({ argv }: Start): string {
  return argv[0] ?? 'unknown';
}

function mismatch(one: RunId, other: RunId, [name, a, b]: readonly [string, string, string]) {
  const message = `${one} and ${other} do not belong together: ${name} ${a} and ${b}`;
  return new UsageError('MERGE_MISMATCH', message);
}

/** What suites were given beside the image: of one name there is one file, or nobody could say which. */
function requireSameFiles(parts: readonly Part[]): void {
  const seen = new Map<string, readonly [run: RunId, sha256: string]>();
  for (const { start } of parts) {
    for (const [name, sha256] of filesOf(start)) {
      const [run, known] = seen.get(name) ?? [start.run, sha256];
      if (known !== sha256) throw mismatch(run, start.run, [`${name} is`, known, sha256]);
      seen.set(name, [run, sha256]);
    }
  }
}

function filesOf({ releases = [], lent = [] }: Start): (readonly [name: string, sha256: string])[] {
  return [
    ...releases.map(({ name, payloadSha256 }) => [`release ${name}`, payloadSha256] as const),
    ...lent.map(({ name, sha256 }) => [`lent ${name}`, sha256] as const),
  ];
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

function elsewhere(part: Part): Exclusion[] {
  const excluded = ofKind(part, 'case-excluded').map((event) => event.excluded);
  return excluded.filter(({ inShard }) => inShard !== undefined);
}

function keyIn({ start }: Part, one: Case | Exclusion): string {
  return `${start.shard?.index} ${nameOfCase(one)}`;
}
