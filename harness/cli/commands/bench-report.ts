/**
 * `yard bench report`: the figures of the reporters. Boots nothing and needs no image.
 */

import { benchReport, renderReportFigures } from '../../../bench/report.js';
import { watchInterrupts } from '../interrupt.js';
import type { BenchOptions } from './bench.js';

/** The size that the reporters are held to. */
const size = { cases: 150, logMB: 300 } as const;

/** Prints a table, or `{ schema, report: {…} }` with `--json`, times in milliseconds. */
export async function benchReportCommand(options: BenchOptions): Promise<void> {
  using interrupt = watchInterrupts();
  const samples = options.samples ?? 3;
  const report = await benchReport({ ...size, samples, signal: interrupt.signal });
  const json = `${JSON.stringify({ schema: 1, report }, null, 2)}\n`;
  process.stdout.write(options.json ? json : renderReportFigures(report));
}
