/**
 * When a machine said what: beside its console log and its journal a file that gives the host's time
 * for places in them. The first has no times at all, and those of the second are by a clock that may
 * be wrong, as a fork's is until it is set.
 */

import { createWriteStream, existsSync, type WriteStream } from 'node:fs';
import { copyFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

/** A guest prints byte by byte; places closer than this share the time of the first. */
const resolutionMs = 20;

/** The logs that have times. */
export type TimedLog = 'console.log' | 'journal.jsonl';

/** Lines `OFFSET MS`: from this byte of the log on, milliseconds since the epoch. */
const timesFiles = {
  'console.log': 'console.times',
  'journal.jsonl': 'journal.times',
} as const satisfies Record<TimedLog, string>;

/** Lives as long as one process of the machine; the next one goes on in the same file. */
export class ArrivalTimes {
  readonly #path: string;
  #file: WriteStream | undefined;
  #offset: number;
  #lastMs = Number.NEGATIVE_INFINITY;

  private constructor(path: string, offset: number) {
    this.#path = path;
    this.#offset = offset;
  }

  /** Before the process starts: what the log has by then was said to an earlier one. */
  static async open(directory: string, log: TimedLog): Promise<ArrivalTimes> {
    const found = await stat(join(directory, log)).catch(() => undefined);
    return new ArrivalTimes(join(directory, timesFiles[log]), found?.size ?? 0);
  }

  /** So many bytes have come now. */
  note(bytes: number, nowMs = Date.now()): void {
    if (nowMs - this.#lastMs >= resolutionMs) {
      this.#file ??= this.#open();
      if (!this.#file.destroyed) this.#file.write(`${this.#offset} ${nowMs}\n`);
      this.#lastMs = nowMs;
    }
    this.#offset += bytes;
  }

  /** Resolves when the file is written. */
  async close(): Promise<void> {
    if (!this.#file || this.#file.destroyed) return;
    this.#file.end();
    await finished(this.#file).catch(() => undefined);
  }

  /** A disk that is full is noticed by the run; the times are only an aid. */
  #open(): WriteStream {
    const file = createWriteStream(this.#path, { flags: 'a' });
    return file.on('error', () => file.destroy());
  }
}

/** The names of a machine's timed logs and of their times. */
export const timedLogFiles: readonly string[] = Object.entries(timesFiles).flat();

/** Copies a log, and its times where they are known, from one directory to another. */
export async function copyLog(log: TimedLog, from: string, to: string): Promise<void> {
  await copyFile(join(from, log), join(to, log));
  const times = timesFiles[log];
  // A template of before times were kept has none.
  if (existsSync(join(from, times))) await copyFile(join(from, times), join(to, times));
}
