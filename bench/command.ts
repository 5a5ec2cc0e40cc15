/**
 * What somebody waits for who types a command: from the shell prompt to the verdict, through the
 * launcher, with templates cached; and what forks save over a whole selection of suites.
 */

import { join } from 'node:path';
import { execa } from 'execa';
import { projectRoot } from '../harness/base/project-root.js';
import { makeTempDirectory, removeTree } from '../harness/base/run-dir.js';
import { timeLauncher } from './launcher.js';
import { formatSeconds, type Spread, spreadOf } from './statistics.js';

/** Which suites, how often, and what else the command is told. */
export interface CommandBenchOptions {
  readonly selectors: readonly string[];
  readonly samples: number;
  /** Options of `yard run`, such as the image. */
  readonly options: readonly string[];
  readonly signal: AbortSignal;
}

/** Times in milliseconds. */
export interface AgainFigures {
  readonly selectors: readonly string[];
  readonly samples: number;
  readonly wallMs: Spread;
}

/** The same, and what of it is the launcher's. */
export interface LaunchFigures extends AgainFigures {
  readonly launcherMs: Spread;
}

/** The same, and for the same suites from cold boots. */
export interface NoForkFigures extends AgainFigures {
  readonly noForkMs: Spread;
  /** Median of cold boots over median of forks. */
  readonly ratio: number;
}

/** Runs once unmeasured, so that templates are there. Throws when a run is not green. */
export async function benchAgain(options: CommandBenchOptions): Promise<LaunchFigures> {
  const { selectors, samples, signal } = options;
  await timedRun(options);
  const times: number[] = [];
  for (let n = 0; n < samples; n++) times.push(await timedRun(options));
  const launcherMs = spread(await timeLauncher(samples, signal));
  return { selectors, samples, wallMs: spread(times), launcherMs };
}

/** In turns, since hosts are noisy. Throws when a run is not green. */
export async function benchNoFork(options: CommandBenchOptions): Promise<NoForkFigures> {
  const cold = { ...options, options: [...options.options, '--no-fork'] };
  await timedRun(options);
  const [forked, booted]: [number[], number[]] = [[], []];
  for (let n = 0; n < options.samples; n++) {
    booted.push(await timedRun(cold));
    forked.push(await timedRun(options));
  }
  const [wallMs, noForkMs] = [spread(forked), spread(booted)];
  const ratio = noForkMs.median / wallMs.median;
  return { selectors: options.selectors, samples: options.samples, wallMs, noForkMs, ratio };
}

async function timedRun({ selectors, options, signal }: CommandBenchOptions): Promise<number> {
  const runs = await makeTempDirectory('bench');
  try {
    const argv = ['run', ...selectors, ...options, '--plain', '--runs', runs];
    const startedMs = performance.now();
    const launcher = join(projectRoot(), 'yard');
    // An abort is a SIGTERM, on which the command ends its machines.
    const settings = { cancelSignal: signal, reject: false, all: true, stdin: 'ignore' } as const;
    const { exitCode, all } = await execa(launcher, argv, settings);
    const tookMs = performance.now() - startedMs;
    signal.throwIfAborted();
    if (exitCode === 0) return tookMs;
    throw new Error(`yard ${argv.join(' ')} ended with ${exitCode}: ${all.slice(-500)}`);
  } finally {
    await removeTree(runs);
  }
}

function spread(times: readonly number[]): Spread {
  const found = spreadOf(times);
  if (found === undefined) throw new RangeError('give at least one sample');
  return found;
}

/** Two lines. */
export function renderAgainFigures(figures: LaunchFigures): string {
  const { selectors, samples, wallMs, launcherMs } = figures;
  const { median, min, max } = launcherMs;
  const rounded = [median, min, max].map(Math.round);
  return [
    `./yard run ${selectors.join(' ')}, again: prompt to verdict ${formatSeconds(wallMs)}, ${samples} samples`,
    `  of it the launcher's  ${rounded[0]} ms [${rounded[1]} to ${rounded[2]}]`,
    '',
  ].join('\n');
}

/** Both modes, and their ratio. */
export function renderNoForkFigures(figures: NoForkFigures): string {
  const { selectors, samples, wallMs, noForkMs, ratio } = figures;
  return [
    `./yard run ${selectors.join(' ')}: prompt to verdict, ${samples} samples`,
    `  with forks  ${formatSeconds(wallMs)}, ${ratio.toFixed(1)} times faster`,
    `  --no-fork   ${formatSeconds(noForkMs)}`,
    '',
  ].join('\n');
}
