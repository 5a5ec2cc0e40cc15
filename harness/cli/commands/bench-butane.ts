/**
 * `yard bench butane`: the figures of the Butane translator. Boots nothing and needs no image.
 */

import { benchButane, renderButaneFigures } from '../../../bench/butane.js';
import { watchInterrupts } from '../interrupt.js';
import type { BenchOptions } from './bench.js';

/** The size that the translator is held to. */
const sizeMiB = 20;

/** Prints a table, or `{ schema, butane: {…} }` with `--json`, times in milliseconds. */
export async function benchButaneCommand(options: BenchOptions): Promise<void> {
  using interrupt = watchInterrupts();
  const samples = options.samples ?? 3;
  const butane = await benchButane({ sizeMiB, samples, signal: interrupt.signal });
  const json = `${JSON.stringify({ schema: 1, butane }, null, 2)}\n`;
  process.stdout.write(options.json ? json : renderButaneFigures(butane));
}
