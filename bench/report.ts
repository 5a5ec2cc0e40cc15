/**
 * What reports of a large run cost: 150 cases with 300 MB of logs behind them, the speed at which a log
 * folds to its record, and how soon the page of such a run can be read in a browser.
 */

import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { execa } from 'execa';
import { compiledRoot } from '../harness/base/project-root.js';
import type { LoggedEvent } from '../harness/model/events.js';
import { foldRun } from '../results/fold.js';
import { writeHtmlReport } from '../results/html/write-html-report.js';
import { readRecord } from '../results/record-file.js';
import { reportFormats } from '../results/reporters/formats.js';
import { runEvents } from '../test/results/support/events.js';
import { timeToContent } from './open-report.js';
import { type LargeRun, makeLargeRun, storyOf } from './report-run.js';
import { type Spread, spreadOf } from './statistics.js';

/** How large a run, and how often it is measured. */
export interface ReportBenchOptions extends LargeRun {
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
  /** The processors' time for them, which others on the host hardly stretch. */
  readonly reportsCpuMs: Spread;
  readonly htmlMiB: number;
  /**
   * From asking a running browser for the HTML report until its cases are drawn; undefined without
   * a browser.
   */
  readonly openedMs?: Spread;
  /**
   * Events of a log that are folded to a record in a second of the processors' time, reading and
   * checking left out.
   */
  readonly foldedPerSecond: Spread;
  /** The most that `yard report --format html` had of memory, Node itself included. */
  readonly peakMemoryMiB: number;
}

/** Makes the run, measures, and removes it. */
export async function benchReport(options: ReportBenchOptions): Promise<ReportFigures> {
  const root = await mkdtemp(join(tmpdir(), 'switchyard-bench-'));
  try {
    const runDirectory = await makeLargeRun(root, options);
    const peakMemoryMiB = await peakOfReport(runDirectory, options.signal);
    const reports: Took[] = [];
    for (let sample = 0; sample < options.samples; sample += 1) {
      options.signal.throwIfAborted();
      reports.push(await timed(async () => await makeReports(runDirectory)));
    }
    const file = join(runDirectory, 'report.html');
    const openedMs = spreadOf(await timeToContent({ ...options, file }));
    return {
      cases: options.cases,
      logMB: options.logMB,
      samples: options.samples,
      reportsMs: spread(reports.map(({ ms }) => ms)),
      reportsCpuMs: spread(reports.map(({ cpuMs }) => cpuMs)),
      htmlMiB: Math.ceil((await stat(file)).size / 2 ** 20),
      foldedPerSecond: spread(reports.map(foldSpeed)),
      ...(openedMs && { openedMs }),
      peakMemoryMiB,
    };
  } finally {
    await rm(root, { recursive: true });
  }
}

/** What a process says of itself when it ends, in KiB (getrusage(2)). */
const tellPeak =
  'data:text/javascript,process.on("exit",()=>console.error(process.resourceUsage().maxRSS))';

/**
 * MiB of the command that makes the HTML report, the greediest of them. It runs once before: the page's
 * program is bundled once for each change of it, which takes more and is none of a report's cost.
 */
async function peakOfReport(runDirectory: string, signal: AbortSignal): Promise<number> {
  const main = join(compiledRoot(), 'harness', 'cli', 'main.js');
  const output = join(runDirectory, 'report.html');
  const argv = ['--import', tellPeak, main, 'report', runDirectory, '--format', 'html'];
  const make = async () =>
    await execa(process.execPath, [...argv, '--output', output], { cancelSignal: signal });
  await make();
  const { stderr } = await make();
  return Math.ceil(Number(stderr.trim().split('\n').at(-1)) / 1024);
}

function spread(values: readonly number[]): Spread {
  const found = spreadOf(values);
  if (!found) throw new RangeError('no samples');
  return found;
}

interface Took {
  readonly ms: number;
  readonly cpuMs: number;
}

async function timed(run: () => Promise<void>): Promise<Took> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await run();
  return { ms: performance.now() - start, cpuMs: cpuMsSince(before) };
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function makeReports(runDirectory: string): Promise<void> {
  const record = await readRecord(runDirectory);
  for (const format of Object.values(reportFormats)) format(record, { runDirectory });
  await writeHtmlReport({ runDirectory, contract: [], output: join(runDirectory, 'report.html') });
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
  const before = process.cpuUsage();
  foldRun(events, []);
  return events.length / (cpuMsSince(before) / 1000);
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
    `  their CPU time ${show(figures.reportsCpuMs, 0)} ms`,
    opened,
    `  fold           ${show(figures.foldedPerSecond, 0)} events/s`,
    `  peak memory    ${figures.peakMemoryMiB} MiB`,
    '',
  ].join('\n');
}
