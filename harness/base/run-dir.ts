/**
 * Where things are put: a run's directory under `_runs/`, the cache that outlives runs, and short
 * temporary directories (a unix socket's path must stay under 108 bytes).
 */

import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import tmp from 'tmp';
import { makeRunId, type RunId } from '../model/ids.js';
import type { CaseName } from '../model/plan.js';
import { toError, UsageError } from './errors.js';
import { ownedName } from './owned-name.js';

/** A directory with a fixed inner layout, made before anything else of a run. */
export interface RunDirectory {
  readonly run: RunId;
  readonly path: string;
  /** The event log. */
  readonly events: string;
}

/**
 * `$XDG_CACHE_HOME/switchyard`, or `~/.cache/switchyard`, by its real path: locks and files in use are
 * found again by their names. A variable that is no absolute path does not count
 * (specifications.freedesktop.org/basedir-spec).
 */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const wanted = environment['XDG_CACHE_HOME'] ?? '';
  const parent = isAbsolute(wanted) ? wanted : join(homedir(), '.cache');
  return realPathOf(join(parent, 'switchyard'));
}

/** What is not there yet will be made where its parent really is. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPathOf(parent), basename(path));
  }
}

/** A new run's `<root>/<run-id>/`, which nobody has made yet. */
export function nameRunDirectory(root: string): RunDirectory {
  const run = makeRunId(new Date(), randomBytes(2).toString('hex'));
  const path = join(root, run);
  return { run, path, events: join(path, 'events.jsonl') };
}

/** Names and makes a run's directory. Throws RUN_DIRECTORY (usage) when it can't be written. */
export async function createRunDirectory(root: string): Promise<RunDirectory> {
  const directory = nameRunDirectory(root);
  await makeRunDirectory(directory);
  return directory;
}

/** Makes a directory that was named. Throws RUN_DIRECTORY (usage) when it can't be written. */
export async function makeRunDirectory({ path }: RunDirectory): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (thrown) {
    const reason = toError(thrown).message;
    const next = 'choose another place with --runs DIR';
    throw new UsageError('RUN_DIRECTORY', `cannot write run directory ${path}: ${reason}; ${next}`);
  }
}

/** Where an attempt's artifacts are, relative to the run's directory. */
export function attemptDirectory({ suite, repeat }: CaseName, attempt: number): string {
  const repeated = repeat === undefined ? [] : [`repeat-${repeat}`];
  return join('cases', suite, ...repeated, `attempt-${attempt}`);
}

/**
 * Makes a private directory; its path is short unless a purpose is named. The caller removes it with
 * {@link removeTree}, or the reaper once the caller is dead.
 */
export async function makeTempDirectory(purpose?: string): Promise<string> {
  const name = ownedName(purpose);
  return await new Promise((resolve, reject) => {
    tmp.dir({ name, mode: 0o700 }, (error, path) => (error ? reject(error) : resolve(path)));
  });
}

/** Removes a directory and all in it; one that is already gone is fine. */
export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}
