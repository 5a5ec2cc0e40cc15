/**
 * What reports of a large run cost: 150 cases with 300 MB of logs behind them, and the speed at which
 * a log folds to its record, and how soon the page of such a run can be read in a browser.
 */

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { attemptDirectory } from '../harness/base/run-dir.js';
import type { LoggedEvent } from '../harness/model/events.js';
import { foldRun } from '../results/fold.js';
import { writeHtmlReport } from '../results/html/write-html-report.js';
import { parseEventLog } from '../results/read-event-log.js';
import { readRecord, writeRecord } from '../results/record-file.js';
import { reportFormats } from '../results/reporters/formats.js';
import { logBytes, type RunStory, runEvents } from '../test/results/support/events.js';
import { timeToContent } from './open-report.js';
import { type Spread, spreadOf } from './statistics.js';

/** How large a run, and how often it is measured. */
export interface ReportBenchOptions {
  readonly cases: number;
  readonly logMB: number;
  readonly samples: number;
  readonly signal: AbortSignal;
}

/** Times in milliseconds. */
export interface ReportFigures {
  readonly cases: number;
  readonly logMB: number;
  readonly samples: number;
  /** All formats of `yard report`, the HTML report among them. */
  readonly reportsMs: Spread;
  readonly htmlMiB: number;
  /**
   * From asking a running browser for the HTML report until its cases are drawn; undefined without
   * a browser.
   */
  readonly openedMs?: Spread;
  /** Events of a log that are folded to a record in a second, reading and checking left out. */
  readonly foldedPerSecond: Spread;
  /** The most that the whole process ever had, Node itself included. */
  readonly peakMemoryMiB: number;
}

/** Makes the run, measures, and removes it. */
export async function benchReport(options: ReportBenchOptions): Promise<ReportFigures> {
  const root = await mkdtemp(join(tmpdir(), 'switchyard-bench-'));
  try {
    const directory = await makeRun(root, options);
    const samples: { ms: number; perSecond: number }[] = [];
    for (let sample = 0; sample < options.samples; sample += 1) {
      options.signal.throwIfAborted();
      const ms = await timed(async () => await makeReports(directory));
      samples.push({ ms, perSecond: foldSpeed() });
    }
    const file = join(directory, 'report.html');
    const html = await readFile(file);
    const openedMs = spreadOf(await timeToContent({ ...options, file }));
    return {
      cases: options.cases,
      logMB: options.logMB,
      samples: options.samples,
      reportsMs: spread(samples.map(({ ms }) => ms)),
      htmlMiB: Math.ceil(html.length / 2 ** 20),
      foldedPerSecond: spread(samples.map(({ perSecond }) => perSecond)),
      ...(openedMs && { openedMs }),
      peakMemoryMiB: Math.ceil(process.resourceUsage().maxRSS / 1024),
    };
  } finally {
    await rm(root, { recursive: true });
  }
}

function spread(values: readonly number[]): Spread {
  const found = spreadOf(values);
  if (!found) throw new RangeError('no samples');
  return found;
}

async function timed(run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

async function makeReports(runDirectory: string): Promise<void> {
  const record = await readRecord(runDirectory);
  for (const format of Object.values(reportFormats)) format(record, { runDirectory });
  await writeHtmlReport({ runDirectory, contract: [], output: join(runDirectory, 'report.html') });
}

function storyOf(cases: number): RunStory {
  const names = Array.from({ length: cases }, (_, index) => `area/case-${index}`);
  const steps = Array.from({ length: 8 }, (_, step) => [`step ${step}`, true] as const);
  return {
    cases: Object.fromEntries(names.map((name) => [name, [{ outcome: 'passed' as const, steps }]])),
  };
}

async function makeRun(root: string, { cases, logMB }: ReportBenchOptions): Promise<string> {
  const events = runEvents(storyOf(cases));
  const [start] = events;
  const run = start?.kind === 'run-started' ? start.run : 'run';
  const directory = join(root, run);
  await mkdir(directory);
  const bytes = logBytes(events);
  await writeFile(join(directory, 'events.jsonl'), bytes);
  const { notes, head } = parseEventLog(bytes, 'log');
  const record = foldRun(events, notes);
  await writeRecord(directory, record, head);
  const text = consoleText((logMB * 1e6) / cases);
  for (const one of record.cases) {
    const place = join(directory, attemptDirectory(one, 1), 'main-0');
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'console.log'), text);
    await writeFile(join(place, 'console.times'), timesOf(text, one.attempts[0]?.startedAt ?? ''));
  }
  return directory;
}

function consoleText(bytes: number): string {
  let text = '';
  for (let line = 0; text.length < bytes; line += 1) {
    text += `[${(line / 100).toFixed(6).padStart(12)}] systemd[1]: Started unit-${line % 977}.service\r\n`;
  }
  return text.slice(0, bytes);
}

/** As dense as a machine that prints all the time for ten seconds makes them. */
function timesOf({ length }: string, startedAt: string): string {
  const [count, startMs] = [500, Date.parse(startedAt)];
  const at = (index: number) => Math.floor((index * length) / count);
  const lines = Array.from(
    { length: count },
    (_, index) => `${at(index)} ${startMs + index * 20}\n`,
  );
  return lines.join('');
}

/** A log of a good quarter of a million events. */
function foldSpeed(): number {
  const part = runEvents(storyOf(150));
  const [start, ...rest] = part;
  const events: LoggedEvent[] = [start as LoggedEvent];
  for (let copy = 0; events.length < 250_000; copy += 1) {
    for (const event of rest) {
      if (event.kind === 'run-ended') continue;
      events.push('attempt' in event ? { ...event, attempt: copy + 1 } : event);
    }
  }
  const before = performance.now();
  foldRun(events, []);
  return events.length / ((performance.now() - before) / 1000);
}

/** The figures as a table. */
export function renderReportFigures(figures: ReportFigures): string {
  const show = ({ median, min, max }: Spread, digits: number) => {
    const text = (value: number) => value.toFixed(digits);
    return `${text(median)} [${text(min)} to ${text(max)}]`;
  };
  const { openedMs } = figures;
  const time = openedMs ? `${show(openedMs, 0)} ms` : 'not measured, there is no browser';
  const opened = `  page opened    ${time}`;
  return [
    `${figures.cases} cases, ${figures.logMB} MB of logs, ${figures.samples} samples`,
    `  all reports    ${show(figures.reportsMs, 0)} ms, the HTML one ${figures.htmlMiB} MiB`,
    opened,
    `  fold           ${show(figures.foldedPerSecond, 0)} events/s`,
    `  peak memory    ${figures.peakMemoryMiB} MiB`,
    '',
  ].join('\n');
}
