/**
 * `yard bench again` and `yard bench no-fork`: the figures of whole commands, which are started anew.
 */

import {
  benchAgain,
  benchNoFork,
  renderAgainFigures,
  renderNoForkFigures,
} from '../../../bench/command.js';
import { watchInterrupts } from '../interrupt.js';
import type { BenchOptions } from './bench.js';

/** A suite that asks one question. */
const trivial = ['identity/os-release'];
const several = ['tag:smoke'];

/** Prints one line, or `{ schema, again: {…} }` with `--json`, times in milliseconds. */
export async function benchAgainCommand(options: BenchOptions): Promise<void> {
  using interrupt = watchInterrupts();
  const again = await benchAgain({ ...requestOf(options, trivial), signal: interrupt.signal });
  const json = `${JSON.stringify({ schema: 1, again }, null, 2)}\n`;
  process.stdout.write(options.json ? json : renderAgainFigures(again));
}

/** Prints a table, or `{ schema, noFork: {…, ratio} }` with `--json`. */
export async function benchNoForkCommand(options: BenchOptions): Promise<void> {
  using interrupt = watchInterrupts();
  const noFork = await benchNoFork({ ...requestOf(options, several), signal: interrupt.signal });
  const json = `${JSON.stringify({ schema: 1, noFork }, null, 2)}\n`;
  process.stdout.write(options.json ? json : renderNoForkFigures(noFork));
}

function requestOf({ samples = 3, select, image, accelerator }: BenchOptions, usual: string[]) {
  const told = Object.entries({ image, accelerator });
  return {
    samples,
    selectors: select ?? usual,
    options: told.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
  };
}
