/**
 * Puts the logs of all attempts, and for each attempt the trace of what happened when, into the file
 * of the report, compressed, one after the other.
 */

import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { attemptDirectory } from '../../harness/base/run-dir.js';
import type { LoggedEvent } from '../../harness/model/events.js';
import type { AttemptRecord, RunRecord } from '../../harness/model/record.js';
import { type Embedded, type EmbedLimits, embedFile, embedText } from './embed-file.js';
import { logEvents } from './log-events.js';
import type { EmbeddedFile, TraceEvent } from './page-data.js';
import { attemptKey, resumeTimes, traceEvents } from './trace-events.js';
import { workAhead } from './work-ahead.js';

/** Where the logs come from, and the file that they go to. */
export interface LogsRequest {
  readonly output: string;
  readonly runDirectory: string;
  readonly record: RunRecord;
  readonly events: readonly LoggedEvent[];
}

/** What the file has of an attempt. */
export interface EmbeddedAttempt {
  readonly files: readonly EmbeddedFile[];
  /** The id of the element with the trace, JSON of {@link TraceEvent}s. */
  readonly trace: string;
}

interface Limits extends EmbedLimits {
  /** So many lines, entries and packets of each log are on the trace. */
  readonly traced: number;
}

/** A case that passed is rarely looked into. */
const limits = {
  passed: { headBytes: 64 * 1024, tailBytes: 64 * 1024, traced: 200 },
  other: { headBytes: 256 * 1024, tailBytes: 768 * 1024, traced: 3000 },
} as const satisfies Record<string, Limits>;

/** By {@link attemptKey}. */
export async function writeLogs(
  request: LogsRequest,
): Promise<ReadonlyMap<string, EmbeddedAttempt>> {
  const written = new Map<string, EmbeddedAttempt>();
  const ids = { next: 0 };
  await using file = await open(request.output, 'w', 0o644);
  for await (const { key, files, trace } of workAhead(placesOf(request), ahead, compressAll)) {
    const embedded: EmbeddedFile[] = [];
    for (const { base64, ...one } of files) {
      embedded.push({ id: await writeElement(file, base64, ids), ...one });
    }
    written.set(key, { files: embedded, trace: await writeElement(file, trace, ids) });
  }
  return written;
}

/** Attempts in work at once: one is compressed while the next is read, and few are in memory. */
const ahead = 3;

function placesOf({ runDirectory, record, events }: LogsRequest): readonly Place[] {
  const [told, resumed] = [traceEvents(events), resumeTimes(events)];
  return record.cases.flatMap((one) => {
    const limit = one.status === 'passed' ? limits.passed : limits.other;
    return one.attempts.map((attempt): Place => {
      const key = attemptKey(one.id, attempt.attempt);
      const directory = join(runDirectory, attemptDirectory(one, attempt.attempt));
      const resumedMs = resumed.get(key) ?? new Map();
      return { key, directory, attempt, limit, resumedMs, told: told.get(key) ?? [] };
    });
  });
}

interface Place {
  readonly key: string;
  readonly directory: string;
  readonly attempt: AttemptRecord;
  readonly limit: Limits;
  readonly resumedMs: ReadonlyMap<string, number>;
  readonly told: readonly TraceEvent[];
}

/** All that the report has of an attempt, as it is written. */
async function compressAll(place: Place) {
  const trace = await embedText(JSON.stringify(await traceOf(place)));
  const files: (Embedded & { readonly name: string })[] = [];
  for (const name of await logsIn(place.directory)) {
    const found = await embedFile(join(place.directory, name), place.limit);
    if (found) files.push({ ...found, name });
  }
  return { key: place.key, trace, files };
}

/** What the event log and the files say, in one order. */
async function traceOf({
  directory,
  attempt,
  limit,
  resumedMs,
  told,
}: Place): Promise<readonly TraceEvent[]> {
  const startMs = Date.parse(attempt.startedAt);
  const lastMs = startMs + Math.max(0, ...told.map(({ atMs }) => atMs));
  const endMs = attempt.endedAt === undefined ? lastMs : Date.parse(attempt.endedAt);
  const bounds = { most: limit.traced, mostBytes: limit.headBytes + limit.tailBytes };
  const seen = await logEvents({ directory, startMs, endMs, resumedMs, ...bounds });
  return [...told, ...seen].sort((a, b) => a.atMs - b.atMs);
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

/** Texts and pictures that the platform and the suites leave; consoles first. */
async function logsIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true }).catch(() => []);
  const texts = entries.filter((name) =>
    /\.(?:log|txt|json|jsonl|stderr|md|xml|pcap|pcapng|png)$/.test(name),
  );
  const isConsole = (name: string) => name.endsWith('console.log');
  return texts.sort((a, b) => Number(isConsole(b)) - Number(isConsole(a)) || a.localeCompare(b));
}
