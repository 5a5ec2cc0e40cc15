/**
 * `yard bench record`: what recording cost the newest run. Boots nothing and needs no image.
 */

import { benchRecord, renderRecordFigures } from '../../../bench/record.js';
import { findRun } from '../../../results/run-store.js';
import { watchInterrupts } from '../interrupt.js';
import { runsRoot } from '../runs-root.js';
import type { BenchOptions } from './bench.js';

/** Prints a table, or `{ schema, record: {…} }` with `--json`, times in milliseconds. */
export async function benchRecordCommand(options: BenchOptions): Promise<void> {
  using interrupt = watchInterrupts();
  const runDirectory = await findRun(await runsRoot(options), 'latest');
  const samples = options.samples ?? 5;
  const record = await benchRecord({ runDirectory, samples, signal: interrupt.signal });
  const json = `${JSON.stringify({ schema: 1, record }, null, 2)}\n`;
  process.stdout.write(options.json ? json : renderRecordFigures(record));
}
