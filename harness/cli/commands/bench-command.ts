/**
 * `yard bench again`, `update` and `no-fork`: the figures of whole commands, which are started anew.
 */

import {
  benchAgain,
  benchNoFork,
  type CommandBenchOptions,
  renderAgainFigures,
  renderNoForkFigures,
} from '../../../bench/command.js';
import { watchInterrupts } from '../interrupt.js';
import { handedOn } from '../meant-options.js';
import type { BenchOptions } from './bench.js';

/** A suite that asks one question. */
const trivial = ['identity/os-release'];
/** The next release, a reboot into it, and a look whether it is what runs. */
const anUpdate = ['update/to-next'];
const several = ['tag:smoke'];

/** Prints one line, or `{ schema, again: {…} }` with `--json`, times in milliseconds. */
export async function benchAgainCommand(options: BenchOptions): Promise<void> {
  await repeat('again', requestOf(options, trivial), options);
}

/** The same of an update, as `{ schema, update: {…} }`. */
export async function benchUpdateCommand(options: BenchOptions): Promise<void> {
  await repeat('update', requestOf(options, anUpdate), options);
}

async function repeat(
  name: string,
  request: Omit<CommandBenchOptions, 'signal'>,
  options: BenchOptions,
): Promise<void> {
  using interrupt = watchInterrupts();
  const figures = await benchAgain({ ...request, signal: interrupt.signal });
  const json = `${JSON.stringify({ schema: 1, [name]: figures }, null, 2)}\n`;
  process.stdout.write(options.json ? json : renderAgainFigures(figures));
}

/** Prints a table, or `{ schema, noFork: {…, ratio} }` with `--json`. */
export async function benchNoForkCommand(options: BenchOptions): Promise<void> {
  using interrupt = watchInterrupts();
  const noFork = await benchNoFork({ ...requestOf(options, several), signal: interrupt.signal });
  const json = `${JSON.stringify({ schema: 1, noFork }, null, 2)}\n`;
  process.stdout.write(options.json ? json : renderNoForkFigures(noFork));
}

function requestOf(options: BenchOptions, usual: string[]) {
  const { samples = 3, select } = options;
  return { samples, selectors: select ?? usual, options: runOptionsOf(options) };
}

/** What `yard run` is told of all that was said to the benchmark. */
export function runOptionsOf(options: BenchOptions): readonly string[] {
  const { artifact = [], release = [], install, config } = options;
  const one = (name: string, value: string | undefined) => {
    return value === undefined ? [] : [`--${name}`, value];
  };
  return [
    ...handedOn.flatMap((name) => one(name, options[name])),
    ...artifact.flatMap((text) => one('artifact', text)),
    ...release.flatMap((text) => one('release', text)),
    ...one('config', config),
    ...(install === false ? ['--no-install'] : []),
  ];
}
