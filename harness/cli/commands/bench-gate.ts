/**
 * `yard bench gate`: how long a verdict takes over a long past. Boots nothing and needs no image.
 */

import { benchGate, gateShortfalls, renderGateFigures } from '../../../bench/gate.js';
import { watchInterrupts } from '../interrupt.js';
import type { BenchOptions } from './bench.js';

/** The past that the gate is held to. */
const past = { releases: 5, suites: 150, platforms: 4, days: 90, daily: 'one' } as const;

/**
 * Prints a table, or `{ schema, gate: {…}, all: {…} }` with `--json`, times in milliseconds: `all` is of a
 * past five times as large, in which every release is run on every day. Returns the exit status: 1 where
 * `--check` finds that `gate` is beyond its bound.
 */
export async function benchGateCommand(options: BenchOptions): Promise<number> {
  using interrupt = watchInterrupts();
  const { signal } = interrupt;
  const samples = options.samples ?? 5;
  const gate = await benchGate({ ...past, samples, signal });
  const all = await benchGate({ ...past, daily: 'all', samples, signal });
  const json = `${JSON.stringify({ schema: 1, gate, all }, null, 2)}\n`;
  process.stdout.write(options.json ? json : [gate, all].map(renderGateFigures).join('\n'));
  if (!options.check) return 0;
  const shortfalls = gateShortfalls(gate);
  for (const shortfall of shortfalls) process.stderr.write(`yard: ${shortfall}\n`);
  return shortfalls.length > 0 ? 1 : 0;
}
