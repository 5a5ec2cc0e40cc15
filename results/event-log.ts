/**
 * The writer of the event log: one JSON object per line, in order, each in the hands of the kernel
 * before `append` returns, so that killing the process loses nothing, and chained to the line before
 * it. What events mean is decided by the fold.
 */

import { writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Clock } from '../harness/base/clock.js';
import { withResolvers } from '../harness/base/deadline.js';
import { type InfrastructureError, toError, UsageError } from '../harness/base/errors.js';
import type { EventSink, LoggedEvent, RunEvent } from '../harness/model/events.js';
import { chainLine, chainStart } from './log-chain.js';
import { writeFailure } from './write-failure.js';

/** The open log. Whoever opened it closes it. */
export interface EventLog extends EventSink {
  /**
   * Logs the event with its number and time, then tells the listeners. Never throws: after a write
   * error or `close` it drops the event, and the error is in `failed` and thrown by `close`.
   */
  append(event: RunEvent): void;
  /** Rejects with DISK_FULL or EVENT_LOG_FAILED as soon as a write fails; otherwise stays open. */
  readonly failed: Promise<never>;
  /** What listeners threw. A listener that throws is not called again; the run goes on. */
  readonly listenerErrors: readonly Error[];
  subscribe(listener: (event: LoggedEvent) => void): void;
  /** Syncs and closes, once. Throws the first write error. */
  close(): Promise<void>;
}

/**
 * Creates the log. Throws LOG_EXISTS (usage) when the file holds events already, DISK_FULL or
 * EVENT_LOG_FAILED (infrastructure) when it can't be written.
 */
export async function openEventLog(path: string, clock: Clock): Promise<EventLog> {
  const file = await openForAppend(path);
  if ((await file.stat()).size > 0) {
    await file.close();
    throw new UsageError('LOG_EXISTS', `${path} holds events already; a run needs its own log`);
  }
  return new FileEventLog(path, file, clock);
}

async function openForAppend(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a', 0o644);
  } catch (thrown) {
    throw logError(path, thrown);
  }
}

function logError(path: string, thrown: unknown): InfrastructureError {
  return writeFailure('EVENT_LOG_FAILED', 'the event log', path, thrown);
}

/** Events after which the log must survive a power cut. */
function isDurable({ kind }: RunEvent): boolean {
  return kind === 'attempt-ended' || kind === 'run-ended';
}

class FileEventLog implements EventLog {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #clock: Clock;
  readonly #failure = withResolvers<never>();
  readonly #listeners = new Set<(event: LoggedEvent) => void>();
  readonly #listenerErrors: Error[] = [];
  #seq = 0;
  #digest = chainStart;
  #error: InfrastructureError | undefined;
  #synced: Promise<void> = Promise.resolve();
  #closed: Promise<void> | undefined;

  constructor(path: string, file: FileHandle, clock: Clock) {
    this.#path = path;
    this.#file = file;
    this.#clock = clock;
  }

  get failed(): Promise<never> {
    return this.#failure.promise;
  }

  get listenerErrors(): readonly Error[] {
    return this.#listenerErrors;
  }

  subscribe(listener: (event: LoggedEvent) => void): void {
    this.#listeners.add(listener);
  }

  append(event: RunEvent): void {
    if (this.#error !== undefined || this.#closed !== undefined) return;
    const logged = { seq: this.#seq, at: this.#clock.now().toISOString(), ...event };
    const { line, digest } = chainLine(this.#digest, JSON.stringify(logged));
    try {
      this.#write(Buffer.from(`${line}\n`));
    } catch (thrown) {
      this.#fail(thrown);
      return;
    }
    this.#seq += 1;
    this.#digest = digest;
    if (isDurable(event)) this.#sync();
    this.#tell(logged);
  }

  /** A full disk may take a part of a line before it refuses the rest. */
  #write(line: Buffer): void {
    let offset = 0;
    while (offset < line.length) offset += writeSync(this.#file.fd, line, offset);
  }

  #sync(): void {
    this.#synced = this.#synced.then(async () => {
      try {
        await this.#file.datasync();
      } catch (thrown) {
        this.#fail(thrown);
      }
    });
  }

  #fail(thrown: unknown): void {
    this.#error ??= logError(this.#path, thrown);
    this.#failure.reject(this.#error);
  }

  #tell(event: LoggedEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (thrown) {
        this.#listeners.delete(listener);
        this.#listenerErrors.push(toError(thrown));
      }
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    if (this.#error === undefined) this.#sync();
    await this.#synced;
    await this.#file.close();
    if (this.#error !== undefined) throw this.#error;
  }
}
