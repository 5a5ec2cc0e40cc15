/**
 * `yard run`: checks the host, finds or builds the image, runs the selected suites on it, shows what
 * happens, and returns the exit status.
 */

import { relative } from 'node:path';
import { exitCodeOf } from '../../../results/exit-code.js';
import { readHistory } from '../../../results/history.js';
import {
  type ConsoleMode,
  type ConsoleReporter,
  consoleModeOf,
  consoleReporter,
} from '../../../results/reporters/console.js';
import { runSummary } from '../../../results/reporters/json.js';
import { Cleanup } from '../../base/cleanup.js';
import { systemClock } from '../../base/clock.js';
import { UsageError } from '../../base/errors.js';
import { makeLogger } from '../../base/logger.js';
import type { Shard } from '../../model/plan.js';
import type { Suite } from '../../model/suite.js';
import { requireRoom } from '../../plan/require-room.js';
import { selectLastFailed } from '../../select/last-failed.js';
import { openForRun } from '../image.js';
import { watchInterrupts } from '../interrupt.js';
import { type MachineOptions, toSettings } from '../options.js';
import { prepareHost } from '../prepare-host.js';
import { requireConfigs } from '../require-configs.js';
import { type FinishedRun, type RunRequest, runSuites } from '../run-suites.js';
import { budgetOf, type Settings } from '../settings.js';
import { TerminalLines } from '../terminal-lines.js';
import { loadSelectedSuites } from './list.js';

/** What the user said to `yard run`, as the argument parser hands it over. */
export interface RunOptions extends MachineOptions {
  readonly repeatEach?: number;
  readonly shard?: Shard;
  readonly lastFailed?: boolean;
  readonly json?: boolean;
  readonly plain?: boolean;
  readonly quiet?: boolean;
}

/** Runs the selected suites. Throws usage errors before anything was created. */
export async function runCommand(
  selectors: readonly string[],
  options: RunOptions,
): Promise<number> {
  requireCompatible(options);
  const settings = await toSettings(options);
  requireForks(settings, options);
  const selected = await loadSelectedSuites(selectors);
  const suites = options.lastFailed ? await lastFailed(selected, settings.runs) : selected;
  requireConfigs(suites);
  requireRoom(suites, budgetOf(settings));
  const lines = new TerminalLines();
  const logger = makeLogger(options.quiet ? 'quiet' : 'normal', lines.write);
  using interrupt = watchInterrupts(lines.write);
  const { signal } = interrupt;
  await prepareHost({ settings, logger, signal, mayInstall: options.install });
  const { repeatEach, shard } = options;
  const image = await openForRun({ settings, logger, signal });
  const finished = await runAndShow(
    { suites, image, settings, logger, signal, repeatEach, shard },
    { options, lines },
  );
  if (options.json) printJson(finished);
  return exitCodeOf(finished.record);
}

/** Throws BAD_ARGUMENT (usage) for options of which one would take the meaning from another. */
function requireCompatible({ lastFailed, shard }: RunOptions): void {
  if (!lastFailed || shard === undefined) return;
  const text = '--last-failed with --shard: the last run of each host is its own part';
  throw new UsageError('BAD_ARGUMENT', `${text}; leave one of them out`);
}

/**
 * The same of options and the config file together. `--no-fork` alone overrules what the file wants
 * verified, as options do.
 */
function requireForks(settings: Settings, { fork, verifyForks }: RunOptions): void {
  if (settings.fork || settings.verifyForks === 0) return;
  if (fork === false && verifyForks === undefined) return;
  const never = fork === false ? '--no-fork' : '"fork": false in the config file';
  const text = `--verify-forks with ${never}: there is no fork to verify`;
  throw new UsageError('BAD_ARGUMENT', `${text}; leave one of them out`);
}

/** The suites that did not pass in the newest run. Throws NOTHING_SELECTED (usage). */
async function lastFailed(suites: readonly Suite[], runs: string): Promise<readonly Suite[]> {
  return selectLastFailed(suites, (await readHistory(runs, 1))[0]);
}

async function runAndShow(
  request: Omit<RunRequest, 'onStart'>,
  { options, lines }: { readonly options: RunOptions; readonly lines: TerminalLines },
): Promise<FinishedRun> {
  await using cleanup = new Cleanup();
  const opened: ConsoleReporter[] = [];
  const onStart: RunRequest['onStart'] = (directory) => {
    const { reporter, mode } = openReporter(options, directory.path);
    opened.push(reporter);
    cleanup.add('console', () => reporter[Symbol.dispose]());
    if (mode === 'live') {
      const diverted = lines.divert((line) => reporter.note(line));
      cleanup.add('lines of the terminal', () => diverted[Symbol.dispose]());
    }
    return (event) => reporter.onEvent(event);
  };
  const finished = await runSuites({ ...request, onStart });
  for (const reporter of opened) reporter.finish(finished.record);
  return finished;
}

/** Progress goes to stderr when stdout is for the JSON object. */
function openReporter(
  options: RunOptions,
  directory: string,
): { readonly reporter: ConsoleReporter; readonly mode: ConsoleMode } {
  const stream = options.json ? process.stderr : process.stdout;
  const environment = process.env;
  const mode = consoleModeOf({ plain: options.plain, quiet: options.quiet, stream, environment });
  const runDirectory = relative(process.cwd(), directory);
  const place = { stream, mode, runDirectory, environment };
  return { reporter: consoleReporter({ ...place, clock: systemClock }), mode };
}

function printJson({ record, directory }: FinishedRun): void {
  process.stdout.write(`${JSON.stringify(runSummary(record, directory.path), null, 2)}\n`);
}
