/**
 * `yard runs`: what runs left on disk, one of them in short, and removing them.
 */

import { relative } from 'node:path';
import { exitCodeOf } from '../../../results/exit-code.js';
import { readOwnRecord } from '../../../results/record-file.js';
import { makePaint, wantsColour } from '../../../results/reporters/console-style.js';
import { finalSummary } from '../../../results/reporters/final-summary.js';
import { runSummary } from '../../../results/reporters/json.js';
import { oneLine } from '../../../results/reporters/plain-text.js';
import { chooseRemovals, type RetentionPolicy } from '../../../results/retention.js';
import {
  findRun,
  inspectRun,
  listRuns,
  type RunListing,
  removeRun,
  sweepRemovals,
} from '../../../results/run-store.js';
import { defined, UsageError } from '../../base/errors.js';
import type { CaseStatus } from '../../model/outcome.js';
import { runsRoot, type StoreOptions } from '../runs-root.js';

/** Prints a line per run, newest first, or `{ schema, runs: […] }` with `--json`. */
export async function listRunsCommand(
  options: StoreOptions & { readonly json?: boolean },
): Promise<void> {
  const runs = await listRuns(await runsRoot(options));
  if (options.json) return print(JSON.stringify({ schema: 1, runs: runs.map(toJson) }, null, 2));
  print(runs.length === 0 ? 'no runs; make one with: ./yard run' : runs.map(describe).join('\n'));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function toJson(listing: RunListing): object {
  const { run, directory, sizeBytes, isLive, startedAt, kept } = listing;
  const base = { run, directory, sizeBytes, isLive, startedAt: startedAt.toISOString(), kept };
  if (listing.kind === 'broken') return defined({ ...base, problem: listing.problem });
  const { verdict, counts, image } = listing.record;
  return defined({ ...base, verdict, counts, image });
}

function describe(listing: RunListing): string {
  const head = `${listing.run}  ${mebibytes(listing.sizeBytes).padStart(9)}`;
  const marks = `${listing.kept ? '  kept' : ''}${listing.isLive ? '  running' : ''}`;
  if (listing.kind === 'broken') return `${head}  broken: ${oneLine(listing.problem, 200)}${marks}`;
  const { verdict, counts, image } = listing.record;
  const present = Object.entries(counts).filter(([, count]) => count > 0);
  const words = present.map(([status, count]) => `${count} ${status as CaseStatus}`).join(', ');
  return `${head}  ${verdict.padEnd(12)}  ${image.channel} ${image.version}  ${words}${marks}`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** Prints the summary that the run printed at its end; returns the exit status that it had. */
export async function showRunCommand(
  name: string,
  options: StoreOptions & { readonly json?: boolean },
): Promise<number> {
  const directory = await findRun(await runsRoot(options), name);
  const record = await readOwnRecord(directory);
  const runDirectory = relative(process.cwd(), directory);
  const paint = makePaint(wantsColour(process.stdout.isTTY ?? false, process.env));
  const text = options.json
    ? JSON.stringify(runSummary(record, directory), null, 2)
    : finalSummary(record, { runDirectory, paint }).join('\n').trimStart();
  print(text);
  return exitCodeOf(record);
}

/** Removes the runs in their order; throws RUN_KEPT and RUN_LIVE (usage) at the first that stays. */
export async function removeRunsCommand(
  names: readonly string[],
  options: StoreOptions,
): Promise<void> {
  const root = await runsRoot(options);
  const found = await Promise.all(names.map(async (name) => await findRun(root, name)));
  for (const listing of await Promise.all([...new Set(found)].map(inspectRun))) {
    await removeRun(listing);
    print(`removed ${listing.run}, ${mebibytes(listing.sizeBytes)}`);
  }
}

/** What the user said to `yard runs gc`. */
export interface CollectOptions extends StoreOptions {
  readonly olderThan?: number;
  readonly maxSize?: number;
  readonly channel?: string;
  readonly dryRun?: boolean;
}

/** Removes what the limits let go, oldest first. Throws NO_LIMIT (usage) without a limit. */
export async function collectRunsCommand(options: CollectOptions): Promise<void> {
  const policy = policyOf(options);
  const root = await runsRoot(options);
  const stuck = options.dryRun ? [] : await sweepRemovals(root);
  for (const { message } of stuck) process.stderr.write(`yard: ${message}\n`);
  const removals = chooseRemovals(await listRuns(root), policy, new Date());
  for (const { listing, reason } of removals) {
    if (!options.dryRun) await removeRun(listing);
    const verb = options.dryRun ? 'would remove' : 'removed';
    print(`${verb} ${listing.run}, ${mebibytes(listing.sizeBytes)}: ${reason}`);
  }
  if (removals.length === 0) print('nothing to remove');
}

function policyOf({ olderThan, maxSize, channel }: CollectOptions): RetentionPolicy {
  if (olderThan === undefined && maxSize === undefined) {
    const message = 'say what may go: --older-than DAYS, --max-size GiB, or both';
    throw new UsageError('NO_LIMIT', message);
  }
  const maxTotalBytes = maxSize === undefined ? undefined : maxSize * 2 ** 30;
  return defined({ maxAgeDays: olderThan, maxTotalBytes, channel }) as RetentionPolicy;
}
