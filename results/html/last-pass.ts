/**
 * What a failed case said that it had not said when it last passed.
 */

import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { attemptDirectory } from '../../harness/base/run-dir.js';
import { parseRunId } from '../../harness/model/ids.js';
import type { CaseRecord, RunRecord } from '../../harness/model/record.js';
import { readOwnRecord } from '../record-file.js';
import { decisiveAttempt } from '../reporters/explain.js';
import type { Compared, NewText } from './new-lines.js';
import type { NewLines } from './page-data.js';

/** So many runs are looked at, newest first: reading more takes longer than it tells. */
const mostRuns = 20;

/** Which run, and who compares. */
export interface LastPassRequest {
  readonly runDirectory: string;
  readonly record: RunRecord;
  /** Where earlier runs are. Default: beside this one. */
  readonly root?: string | undefined;
  readonly compare: (attempts: Compared) => Promise<NewText | undefined>;
}

/** Failed cases of a run, by id, with what is new in them; cases that never passed are absent. */
export async function newSinceLastPass({
  runDirectory,
  record: { cases, run },
  root = dirname(runDirectory),
  compare,
}: LastPassRequest): Promise<ReadonlyMap<string, NewLines>> {
  const found = new Map<string, NewLines>();
  const wanted = new Map(cases.filter(isRed).map((one) => [one.id as string, one]));
  for (const earlier of await runsBefore(root, run)) {
    if (wanted.size === 0) break;
    const record = await readOwnRecord(join(root, earlier)).catch(() => undefined);
    // A mutation that went unnoticed has passed, too, on another image than it says.
    const isRun = record?.argv[0] === 'run';
    for (const passed of isRun ? record.cases.filter(({ status }) => status === 'passed') : []) {
      const failed = wanted.get(passed.id);
      if (!failed) continue;
      wanted.delete(passed.id);
      const news = await compare({
        failed: directoryOf(runDirectory, failed),
        passed: directoryOf(join(root, earlier), passed),
      });
      if (news) found.set(failed.id, { run: earlier, ...news });
    }
  }
  return found;
}

function isRed({ status, attempts }: CaseRecord): boolean {
  return attempts.length > 0 && (status === 'failed' || status === 'flaky' || status === 'errored');
}

async function runsBefore(root: string, run: string): Promise<readonly string[]> {
  const names = await readdir(root).catch(() => []);
  const earlier = names.filter((name) => parseRunId(name) !== undefined && name < basename(run));
  return earlier.sort().reverse().slice(0, mostRuns);
}

/** Of the attempt that explains the status. */
function directoryOf(root: string, one: CaseRecord): string {
  const { attempt = 1 } = decisiveAttempt(one) ?? {};
  return join(root, attemptDirectory(one, attempt));
}
