/**
 * What keeping the record costs a run: everything that a real run logged is logged once more, as fast
 * as it goes, and held against the time that the run took.
 */

import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { systemClock } from '../harness/base/clock.js';
import { makeTempDirectory } from '../harness/base/run-dir.js';
import type { LoggedEvent, RunEvent } from '../harness/model/events.js';
import { openEventLog } from '../results/event-log.js';
import { parseEventLog } from '../results/read-event-log.js';
import { runFiles } from '../results/run-files.js';
import { type Spread, spreadOf } from './statistics.js';

/** Which run, and how often it is measured. */
export interface RecordBenchOptions {
  readonly runDirectory: string;
  readonly samples: number;
  readonly signal: AbortSignal;
}

/** Times in milliseconds. */
export interface RecordFigures {
  readonly runDirectory: string;
  readonly events: number;
  /** Journals of the guests, which the harness writes itself; consoles and packets QEMU writes. */
  readonly journalBytes: number;
  readonly runMs: number;
  readonly recordingMs: Spread;
  /** Of the run's time, in per cent. */
  readonly percent: Spread;
}

/** Throws what reading the log throws, and RangeError for a run without a beginning and an end. */
export async function benchRecord(options: RecordBenchOptions): Promise<RecordFigures> {
  const { runDirectory, samples, signal } = options;
  const bytes = await readFile(join(runDirectory, runFiles.events));
  const { events } = parseEventLog(bytes, runFiles.events);
  const journals = await readJournals(runDirectory);
  const runMs = durationOf(events);
  const taken: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    signal.throwIfAborted();
    taken.push(await recordAgain(events, journals));
  }
  return {
    runDirectory,
    events: events.length,
    journalBytes: journals.reduce((sum, journal) => sum + journal.length, 0),
    runMs,
    recordingMs: spread(taken),
    percent: spread(taken.map((ms) => (ms / runMs) * 100)),
  };
}

function durationOf(events: readonly LoggedEvent[]): number {
  const [first, last] = [events[0], events.at(-1)];
  const ms = first && last ? Date.parse(last.at) - Date.parse(first.at) : 0;
  if (!(ms > 0)) throw new RangeError('the run has no duration');
  return ms;
}

async function readJournals(runDirectory: string): Promise<readonly Buffer[]> {
  const names = await readdir(runDirectory, { recursive: true });
  const journals = names.filter((name) => name.endsWith('journal.jsonl'));
  return await Promise.all(journals.map((name) => readFile(join(runDirectory, name))));
}

/** The number, the time and the chain are made anew; what happened is the same. */
function asNew({ seq: _, at: __, chain: ___, ...event }: LoggedEvent & { chain?: string }) {
  return event as RunEvent;
}

async function recordAgain(
  events: readonly LoggedEvent[],
  journals: readonly Buffer[],
): Promise<number> {
  const directory = await makeTempDirectory('record');
  try {
    const fresh = events.map(asNew);
    const startedMs = performance.now();
    const log = await openEventLog(join(directory, runFiles.events), systemClock);
    for (const event of fresh) log.append(event);
    await log.close();
    for (const [n, journal] of journals.entries()) {
      await writeFile(join(directory, `journal-${n}.jsonl`), journal);
    }
    return performance.now() - startedMs;
  } finally {
    await rm(directory, { recursive: true });
  }
}

function spread(values: readonly number[]): Spread {
  const found = spreadOf(values);
  if (!found) throw new RangeError('no samples');
  return found;
}

/** The figures as a table. */
export function renderRecordFigures(figures: RecordFigures): string {
  const show = ({ median, min, max }: Spread, digits: number) => {
    const text = (value: number) => value.toFixed(digits);
    return `${text(median)} [${text(min)} to ${text(max)}]`;
  };
  const { events, journalBytes, runMs } = figures;
  return [
    `${figures.runDirectory}: ${(runMs / 1000).toFixed(0)} s`,
    `  recorded       ${events} events, ${(journalBytes / 1e6).toFixed(1)} MB of journals`,
    `  recording      ${show(figures.recordingMs, 1)} ms`,
    `  of the run     ${show(figures.percent, 3)} %`,
    '',
  ].join('\n');
}
