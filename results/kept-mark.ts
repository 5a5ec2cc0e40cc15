/**
 * The mark of a run that must stay because something else cites it, such as a promotion.
 */

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { toError, UsageError } from '../harness/base/errors.js';
import { check, parseObject } from './parse-json.js';
import { writeWhole } from './record-file.js';
import { removalFailed } from './removal-failed.js';
import { runFiles } from './run-files.js';

const keptMark = z.looseObject({ at: z.string(), reason: z.string() });

/** Since when (ISO 8601) and why a run is kept. */
export type KeptMark = Readonly<z.infer<typeof keptMark>>;

/** Marks the run; an earlier mark is replaced. */
export async function keepRun(directory: string, mark: KeptMark): Promise<void> {
  await writeWhole(join(directory, runFiles.kept), `${JSON.stringify({ schema: 1, ...mark })}\n`);
}

/** Whatever the mark cited the run for, nothing keeps it any more. Throws OUTPUT_FAILED (usage). */
export async function dropKeptMark(directory: string): Promise<void> {
  const path = join(directory, runFiles.kept);
  try {
    await rm(path, { force: true });
  } catch (thrown) {
    throw removalFailed(path, thrown, 'try again');
  }
}

/** The mark of a run, if it has one. Throws RECORD_CORRUPT when it can't be understood. */
export async function readKeptMark(directory: string): Promise<KeptMark | undefined> {
  const path = join(directory, runFiles.kept);
  try {
    return check(keptMark, parseObject(await readFile(path, 'utf8'), path), path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (thrown instanceof Error && 'kind' in thrown) throw thrown;
    throw new UsageError('RECORD_MISSING', `cannot read ${path}: ${toError(thrown).message}`);
  }
}
