/**
 * When a machine's console said what: beside `console.log`, which QEMU writes, a file that gives the
 * host's time for places in it. Without it a line of the console could not be put beside a command.
 */

import { createWriteStream, existsSync, type WriteStream } from 'node:fs';
import { copyFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

/** A guest prints byte by byte; places closer than this share the time of the first. */
const resolutionMs = 20;

/** Lives as long as one process of the machine; the next one goes on in the same file. */
export class ConsoleTimes {
  readonly #path: string;
  #file: WriteStream | undefined;
  #offset: number;
  #lastMs = Number.NEGATIVE_INFINITY;

  private constructor(path: string, offset: number) {
    this.#path = path;
    this.#offset = offset;
  }

  /** Before the process starts: what the log has by then was printed by an earlier one. */
  static async open(directory: string): Promise<ConsoleTimes> {
    const log = await stat(join(directory, 'console.log')).catch(() => undefined);
    return new ConsoleTimes(join(directory, consoleTimesFile), log?.size ?? 0);
  }

  /** So many bytes have come from the port now. */
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

/** Lines `OFFSET MS`: from this byte of `console.log` on, milliseconds since the epoch. */
export const consoleTimesFile = 'console.times';

/** Copies a machine's console log, and its times where they are known, to another directory. */
export async function copyConsole(from: string, to: string): Promise<void> {
  await copyFile(join(from, 'console.log'), join(to, 'console.log'));
  // A template of before times were kept has none.
  if (!existsSync(join(from, consoleTimesFile))) return;
  await copyFile(join(from, consoleTimesFile), join(to, consoleTimesFile));
}
