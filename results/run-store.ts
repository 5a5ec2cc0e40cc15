/**
 * The runs under one root: finding one by what a person types, listing all of them with what they
 * occupy, and removing one so that no half of it can be taken for a run.
 */

import { readdir, rename, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { toError, UsageError } from '../harness/base/errors.js';
import { removeTree } from '../harness/base/run-dir.js';
import { parseRunId, type RunId } from '../harness/model/ids.js';
import type { RunRecord } from '../harness/model/record.js';
import { isOpenForWriting } from './file-users.js';
import { type KeptMark, readKeptMark } from './kept-mark.js';
import { readOwnRecord } from './record-file.js';
import { removalFailed } from './removal-failed.js';
import { runFiles } from './run-files.js';

interface Occupancy {
  readonly run: RunId;
  /** Absolute. */
  readonly directory: string;
  readonly sizeBytes: number;
  /** By the run's id. */
  readonly startedAt: Date;
  /** Why it must not be removed, if it must not. */
  readonly kept?: KeptMark;
  /** Its process still writes the log. */
  readonly isLive: boolean;
}

/** A run directory; one whose record can't be believed says why. */
export type RunListing = Occupancy &
  (
    | { readonly kind: 'run'; readonly record: RunRecord }
    | { readonly kind: 'broken'; readonly problem: string }
  );

/** All runs under `root`, newest first; a root that is not there has none. */
export async function listRuns(root: string): Promise<readonly RunListing[]> {
  const runs = await runIds(root);
  return await Promise.all(runs.reverse().map((run) => describeRun(join(resolve(root), run), run)));
}

/** Oldest first. Throws RUN_DIRECTORY (usage) for a root that can't be listed. */
export async function runIds(root: string): Promise<RunId[]> {
  const names = await namesIn(root);
  return names.map(parseRunId).filter((run) => run !== undefined);
}

async function namesIn(root: string): Promise<readonly string[]> {
  try {
    return (await readdir(root)).sort();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new UsageError('RUN_DIRECTORY', `cannot list ${root}: ${toError(thrown).message}`);
  }
}

async function describeRun(directory: string, run: RunId): Promise<RunListing> {
  const known = { run, directory, startedAt: startOf(run) };
  let base = { ...known, sizeBytes: 0, isLive: false };
  try {
    base = { ...known, sizeBytes: await sizeOf(directory), isLive: await isLiveRun(directory) };
    const kept = await readKeptMark(directory);
    const record = await readOwnRecord(directory);
    return { kind: 'run', ...base, record, ...(kept ? { kept } : {}) };
  } catch (thrown) {
    const problem = toError(thrown).message;
    const kept = await unreadMark(directory);
    return { kind: 'broken', ...base, problem, ...(kept ? { kept } : {}) };
  }
}

/** What may have a mark must stay. */
async function unreadMark(directory: string): Promise<KeptMark | undefined> {
  const names = await namesIn(directory).catch(() => undefined);
  if (names === undefined) return { at: '', reason: 'whether it has a mark cannot be seen' };
  const reason = 'it has a mark that cannot be read';
  return names.includes(runFiles.kept) ? { at: '', reason } : undefined;
}

/** A run that wrote its record is over; before that its log is open in the process that runs it. */
export async function isLiveRun(directory: string): Promise<boolean> {
  if ((await namesIn(directory)).includes(runFiles.record)) return false;
  return await isOpenForWriting(join(directory, runFiles.events));
}

function startOf(run: RunId): Date {
  const [, year, month, day, hour, minute, second] =
    /^(....)(..)(..)-(..)(..)(..)/.exec(run)?.map(Number) ?? [];
  return new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second));
}

async function sizeOf(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = files.map(
    async ({ parentPath, name }) => await sizeIfExists(join(parentPath, name)),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function sizeIfExists(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? 0 : found.size;
}

/**
 * The directory that a person means by a run: a path, a run id, a part of one that is unique, or
 * `latest`. Throws UNKNOWN_RUN and AMBIGUOUS_RUN, both usage.
 */
export async function findRun(root: string, name: string): Promise<string> {
  if (parseRunId(basename(resolve(name))) && (await isDirectory(name))) return resolve(name);
  const runs = await runIds(root);
  const latest = name === 'latest' ? await latestRun(root, runs) : undefined;
  if (latest !== undefined) return join(root, latest);
  const found = runs.includes(name as RunId) ? [name] : runs.filter((run) => run.includes(name));
  const [only, ...more] = found;
  if (only === undefined) throw unknownRun(root, name);
  if (more.length === 0) return join(root, only);
  const names = `${found.slice(0, 5).join(', ')}${found.length > 5 ? ' …' : ''}`;
  throw new UsageError('AMBIGUOUS_RUN', `${name} may be any of ${names}; give more of the id`);
}

/** What has told nothing yet, or has lost what it told, is no run to ask about. */
async function latestRun(root: string, runs: readonly RunId[]): Promise<RunId | undefined> {
  for (const run of runs.toReversed()) {
    const names = await namesIn(join(root, run));
    if (names.includes(runFiles.record) || names.includes(runFiles.events)) return run;
  }
  return undefined;
}

function unknownRun(root: string, name: string): UsageError {
  const next = 'see ./yard runs ls, or give a run directory';
  return new UsageError('UNKNOWN_RUN', `there is no run ${name} in ${root}; ${next}`);
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

const removalPrefix = '.removing-';

/**
 * Removes a run; after a crash in between, {@link sweepRemovals} finishes it. Throws RUN_KEPT and
 * RUN_LIVE (usage) for what must stay, OUTPUT_FAILED (usage) for what can't be removed.
 */
export async function removeRun(listing: RunListing): Promise<void> {
  const { run, kept, isLive, directory } = listing;
  if (kept)
    throw new UsageError('RUN_KEPT', `run ${run} is kept: ${kept.reason}; see ./yard runs release`);
  if (isLive) throw new UsageError('RUN_LIVE', `run ${run} is still being written`);
  const doomed = join(directory, '..', `${removalPrefix}${run}`);
  await rename(directory, doomed).catch((thrown) => {
    throw removalFailed(directory, thrown, 'try again');
  });
  await removeTree(doomed).catch((thrown) => {
    throw removalFailed(doomed, thrown, 'let ./yard runs gc try again');
  });
}

/** Finishes removals that were left half done; what is still in the way of one is returned. */
export async function sweepRemovals(root: string): Promise<readonly UsageError[]> {
  const names = (await namesIn(root)).filter((name) => name.startsWith(removalPrefix));
  const swept = await Promise.allSettled(names.map((name) => removeTree(join(root, name))));
  return swept.flatMap((one, n) => {
    const path = join(root, names[n] ?? '');
    return one.status === 'rejected' ? [removalFailed(path, one.reason, 'try again')] : [];
  });
}

/** What is known of one run directory, whatever state it is in. */
export async function inspectRun(directory: string): Promise<RunListing> {
  const run = parseRunId(basename(directory));
  if (run === undefined) {
    throw new UsageError('UNKNOWN_RUN', `${directory} is not named like a run directory`);
  }
  return await describeRun(directory, run);
}
