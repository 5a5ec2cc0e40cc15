/**
 * Puts the logs of all attempts, and for each attempt the trace of what happened when, into the file
 * of the report, compressed, one after the other.
 */

import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { attemptDirectory } from '../../harness/base/run-dir.js';
import type { LoggedEvent } from '../../harness/model/events.js';
import type { RunRecord } from '../../harness/model/record.js';
import type { AttemptPlace } from './compress-attempt.js';
import { standstillsIn } from './machine-clock.js';
import type { EmbeddedFile } from './page-data.js';
import type { ReportThreads } from './report-threads.js';
import { attemptKey, traceEvents } from './trace-events.js';
import { workAhead } from './work-ahead.js';

/** Where the logs come from, and the file that they go to. */
export interface LogsRequest {
  readonly output: string;
  readonly runDirectory: string;
  readonly record: RunRecord;
  readonly events: readonly LoggedEvent[];
  readonly threads: Pick<ReportThreads, 'atOnce' | 'compress'>;
}

/** What the file has of an attempt. */
export interface EmbeddedAttempt {
  readonly files: readonly EmbeddedFile[];
  /** The id of the element with the trace, JSON of `TraceEvent`s. */
  readonly trace: string;
}

/** By {@link attemptKey}. */
export async function writeLogs(
  request: LogsRequest,
): Promise<ReadonlyMap<string, EmbeddedAttempt>> {
  const written = new Map<string, EmbeddedAttempt>();
  const ids = { next: 0 };
  const { atOnce, compress } = request.threads;
  await using file = await open(request.output, 'w', 0o644);
  for await (const { key, files, trace } of workAhead(placesOf(request), atOnce, compress)) {
    const embedded: EmbeddedFile[] = [];
    for (const { base64, ...one } of files) {
      embedded.push({ id: await writeElement(file, base64, ids), ...one });
    }
    written.set(key, { files: embedded, trace: await writeElement(file, trace, ids) });
  }
  return written;
}

function placesOf({ runDirectory, record, events }: LogsRequest): readonly AttemptPlace[] {
  const [told, stood] = [traceEvents(events), standstillsIn(events)];
  return record.cases.flatMap((one) => {
    const isPassed = one.status === 'passed';
    return one.attempts.map((attempt): AttemptPlace => {
      const key = attemptKey(one.id, attempt.attempt);
      const directory = join(runDirectory, attemptDirectory(one, attempt.attempt));
      const standstills = stood.get(key) ?? new Map();
      return { key, directory, attempt, isPassed, standstills, told: told.get(key) ?? [] };
    });
  });
}

async function writeElement(
  file: FileHandle,
  base64: string,
  ids: { next: number },
): Promise<string> {
  const id = `log-${ids.next}`;
  ids.next += 1;
  await file.writeFile(`<script type="text/plain" id="${id}">${base64}</script>\n`);
  return id;
}
