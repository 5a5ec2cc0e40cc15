/**
 * Threads that compress attempts side by side, one for each processor; for a few attempts this one alone,
 * since a thread takes longer to start than they take.
 */

import { availableParallelism } from 'node:os';
import { Tinypool } from 'tinypool';
import { type AttemptPlace, type CompressedAttempt, compressAttempt } from './compress-attempt.js';

/** Until it is disposed of. */
export interface Compressors extends AsyncDisposable {
  /** So many attempts may wait for their end; all of them are in memory. */
  readonly atOnce: number;
  /** Throws what reading the files throws. */
  readonly compress: (place: AttemptPlace) => Promise<CompressedAttempt>;
}

/** Fewer are not worth a thread. */
const worthThreads = 8;
/** More threads have more memory than they save time. */
const mostThreads = 4;
/** Half of the default: a tenth more time, a tenth less memory, and that on a full host too. */
const resourceLimits = { maxYoungGenerationSizeMb: 24 };

export function openCompressors(attempts: number): Compressors {
  const threads = Math.min(availableParallelism(), mostThreads);
  if (attempts < worthThreads || threads === 1) {
    return { atOnce: 3, compress: compressAttempt, async [Symbol.asyncDispose]() {} };
  }
  const filename = new URL('./compress-attempt.js', import.meta.url).href;
  const pool = new Tinypool({
    ...{ filename, resourceLimits },
    ...{ minThreads: threads, maxThreads: threads },
  });
  return {
    atOnce: threads + 1,
    compress: async (place) => (await pool.run(place)) as CompressedAttempt,
    [Symbol.asyncDispose]: async () => await pool.destroy(),
  };
}
