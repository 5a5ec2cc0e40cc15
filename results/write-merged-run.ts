/**
 * The merged run on disk: a directory like any other, with the files of all parts.
 */

import { constants } from 'node:fs';
import { cp, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { toError, UsageError } from '../harness/base/errors.js';
import { type RunDirectory, removeTree } from '../harness/base/run-dir.js';
import { chainLine, chainStart } from './log-chain.js';
import { mergeLogs } from './merge-logs.js';
import { type EventLogContents, readEventLog } from './read-event-log.js';
import { writeWhole } from './record-file.js';
import { requireMergeable } from './require-mergeable.js';
import { runFiles } from './run-files.js';

/**
 * Merges the runs in `directories` into the directory that `makeTarget` makes. Before that, throws
 * like {@link requireMergeable} and {@link readEventLog}. Where it can't be filled it is removed again:
 * OUTPUT_FAILED (usage).
 */
export async function writeMergedRun(
  directories: readonly string[],
  makeTarget: () => Promise<RunDirectory>,
): Promise<RunDirectory> {
  const logs = await Promise.all(
    directories.map(async (directory) => await readEventLog(join(directory, runFiles.events))),
  );
  requireMergeable(logs);
  const target = await makeTarget();
  try {
    for (const directory of directories) await copyCases(directory, target.path);
    await writeWhole(target.events, linesOf(logs, target).join(''));
    return target;
  } catch (thrown) {
    await removeTree(target.path);
    const message = `cannot write the merged run ${target.path}: ${toError(thrown).message}`;
    throw new UsageError('OUTPUT_FAILED', message, { cause: thrown });
  }
}

function linesOf(logs: readonly EventLogContents[], { run }: RunDirectory): readonly string[] {
  let previous = chainStart;
  return mergeLogs(logs, run).map((event) => {
    const { line, digest } = chainLine(previous, JSON.stringify(event));
    previous = digest;
    return `${line}\n`;
  });
}

async function copyCases(from: string, to: string): Promise<void> {
  const cases = join(from, 'cases');
  if ((await stat(cases).catch(() => undefined)) === undefined) return;
  const mode = constants.COPYFILE_FICLONE;
  const whole = { recursive: true, preserveTimestamps: true, mode } as const;
  await cp(cases, join(to, 'cases'), { ...whole, force: false, errorOnExist: true });
}
