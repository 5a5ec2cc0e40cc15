/**
 * What a run left can't be made again, so that no command writes over it.
 */

import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { runFiles } from '../../results/run-files.js';
import { UsageError } from '../base/errors.js';
import { parseRunId } from '../model/ids.js';

/** A report has its place in the run's directory. Throws OUTPUT_FAILED (usage) for any other file in one. */
export async function refuseEvidence(output: string): Promise<void> {
  const path = await realPath(resolve(output));
  const parent = dirname(path);
  const run = ancestorsOf(parent).find(isRun);
  if (run === undefined) return;
  if (parent === run && basename(path).startsWith('report.')) return;
  const where = `${output} is among the files of run ${basename(run)}`;
  throw new UsageError('OUTPUT_FAILED', `${where}, which can't be made again; give another`);
}

/** Behind links, the last part being one or not there yet. */
async function realPath(path: string): Promise<string> {
  const parent = async () => await realpath(dirname(path)).catch(() => dirname(path));
  return await realpath(path).catch(async () => join(await parent(), basename(path)));
}

function ancestorsOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [path, ...ancestorsOf(parent)];
}

function isRun(path: string): boolean {
  if (parseRunId(basename(path)) === undefined) return false;
  return [runFiles.events, runFiles.record].some((name) => existsSync(join(path, name)));
}
