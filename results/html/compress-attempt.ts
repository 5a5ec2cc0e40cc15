/**
 * Reads all that the report has of one attempt, and compresses it: the work of one thread among several.
 */

import { join } from 'node:path';
import type { AttemptRecord } from '../../harness/model/record.js';
import { type Embedded, type EmbedLimits, embedFile, embedText } from './embed-file.js';
import { logEvents } from './log-events.js';
import type { Standstills } from './machine-clock.js';
import type { TraceEvent } from './page-data.js';
import { filesIn } from './read-files.js';

/** An attempt, and where its files are; plain data, since it goes from one thread to another. */
export interface AttemptPlace {
  readonly key: string;
  readonly directory: string;
  readonly attempt: AttemptRecord;
  readonly isPassed: boolean;
  readonly standstills: Standstills;
  readonly told: readonly TraceEvent[];
}

export interface CompressedFile extends Embedded {
  /** Relative to the attempt's directory. */
  readonly name: string;
}

/** Texts are gzip in base64. */
export interface CompressedAttempt {
  readonly key: string;
  readonly trace: string;
  readonly files: readonly CompressedFile[];
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

/** All that the report has of an attempt, as it is written. */
export function compressAttempt(place: AttemptPlace): CompressedAttempt {
  const limit = place.isPassed ? limits.passed : limits.other;
  const trace = embedText(JSON.stringify(traceOf(place, limit)));
  const files: CompressedFile[] = [];
  for (const name of logsIn(place.directory)) {
    const found = embedFile(join(place.directory, name), limit);
    if (found) files.push({ ...found, name });
  }
  return { key: place.key, trace, files };
}

/** What the event log and the files say, in one order. */
function traceOf(
  { directory, attempt, standstills, told }: AttemptPlace,
  limit: Limits,
): readonly TraceEvent[] {
  const startMs = Date.parse(attempt.startedAt);
  const lastMs = startMs + Math.max(0, ...told.map(({ atMs }) => atMs));
  const endMs = attempt.endedAt === undefined ? lastMs : Date.parse(attempt.endedAt);
  const bounds = { most: limit.traced, mostBytes: limit.headBytes + limit.tailBytes };
  const seen = logEvents({ directory, startMs, endMs, standstills, ...bounds });
  return [...told, ...seen].sort((a, b) => a.atMs - b.atMs);
}

/** Texts and pictures that the platform and the suites leave; consoles first. */
function logsIn(directory: string): readonly string[] {
  const texts = filesIn(directory).filter((name) =>
    /\.(?:log|txt|json|jsonl|stderr|md|xml|png|pcap|pcapng(?:\.before)?)$/.test(name),
  );
  const isConsole = (name: string) => name.endsWith('console.log');
  return texts.sort((a, b) => Number(isConsole(b)) - Number(isConsole(a)) || a.localeCompare(b));
}
