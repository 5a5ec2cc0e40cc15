/**
 * `yard bench gate`: how long a verdict takes over a long past. Boots nothing and needs no image.
 */

import { benchGate, renderGateFigures } from '../../../bench/gate.js';
import { watchInterrupts } from '../interrupt.js';
import type { BenchOptions } from './bench.js';

/** The past that the gate is held to. */
const past = { releases: 5, suites: 150, platforms: 4, days: 90 } as const;

/** Prints a table, or `{ schema, gate: {…} }` with `--json`, times in milliseconds. */
export async function benchGateCommand(options: BenchOptions): Promise<void> {
  using interrupt = watchInterrupts();
  const samples = options.samples ?? 5;
  const gate = await benchGate({ ...past, samples, signal: interrupt.signal });
  const json = `${JSON.stringify({ schema: 1, gate }, null, 2)}\n`;
  process.stdout.write(options.json ? json : renderGateFigures(gate));
}
