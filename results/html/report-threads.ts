/**
 * Threads that read and compress attempts side by side, one for each processor; for a few attempts this
 * one alone, since a thread takes longer to start than they take.
 */

import { join } from 'node:path';
import { Tinypool } from 'tinypool';
import { availableProcessors } from '../../harness/base/cpu-quota.js';
import { compiledRoot } from '../../harness/base/project-root.js';
import { type AttemptPlace, type CompressedAttempt, compressAttempt } from './compress-attempt.js';
import { type Compared, type NewText, newLines } from './new-lines.js';

/** Until it is disposed of. Its functions throw what reading the files throws. */
export interface ReportThreads extends AsyncDisposable {
  /** So many attempts may wait for their end; all of them are in memory. */
  readonly atOnce: number;
  readonly compress: (place: AttemptPlace) => Promise<CompressedAttempt>;
  readonly compare: (attempts: Compared) => Promise<NewText | undefined>;
}

/** Fewer are not worth a thread. */
const worthThreads = 8;
/** More threads have more memory than they save time. */
const mostThreads = 4;
/** A quarter of the default: the time is the same, the memory a tenth less, and that on a full host too. */
const resourceLimits = { maxYoungGenerationSizeMb: 12 };

export function openReportThreads(attempts: number): ReportThreads {
  const threads = Math.min(availableProcessors(), mostThreads);
  return attempts < worthThreads || threads === 1 ? thisThread() : manyThreads(threads);
}

function thisThread(): ReportThreads {
  return {
    atOnce: 1,
    compress: async (place) => compressAttempt(place),
    compare: async (attempts) => newLines(attempts),
    async [Symbol.asyncDispose]() {},
  };
}

function manyThreads(threads: number): ReportThreads {
  const pool = new Tinypool({ minThreads: threads, maxThreads: threads, resourceLimits });
  const run = async <T>(module: string, name: string, about: object) => {
    const filename = join(compiledRoot(), 'results', 'html', module);
    return (await pool.run(about, { filename, name })) as T;
  };
  return {
    atOnce: threads + 1,
    compress: async (place) => await run('compress-attempt.js', 'compressAttempt', place),
    compare: async (attempts) => await run('new-lines.js', 'newLines', attempts),
    [Symbol.asyncDispose]: async () => await pool.destroy(),
  };
}
