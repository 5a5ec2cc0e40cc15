/**
 * `yard bench schedule`: the figures of the scheduler alone. Boots nothing and needs no image.
 */

import { benchSchedule, renderScheduleFigures } from '../../../bench/schedule.js';
import { watchInterrupts } from '../interrupt.js';
import type { BenchOptions } from './bench.js';

/** The size that the scheduler is held to. */
const cases = 10_000;

/** Prints a table, or `{ schema, schedule: {…} }` with `--json`, times in milliseconds. */
export async function benchScheduleCommand(options: BenchOptions): Promise<void> {
  using interrupt = watchInterrupts();
  const samples = options.samples ?? 3;
  const schedule = await benchSchedule({ cases, samples, signal: interrupt.signal });
  const json = `${JSON.stringify({ schema: 1, schedule }, null, 2)}\n`;
  process.stdout.write(options.json ? json : renderScheduleFigures(schedule));
}
