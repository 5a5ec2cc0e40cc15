/**
 * The last question to a machine whose suite was content: has any unit failed meanwhile?
 */

import { ProductError } from '../base/errors.js';
import type { Machine } from '../model/machine.js';

/** Throws UNIT_FAILED (product) that names the units, with the newest error lines as evidence. */
export async function requireNoFailedUnits(machine: Machine): Promise<void> {
  const units = await machine.failedUnits();
  if (units.length === 0) return;
  const text = `${machine.name}: failed units: ${units.join(', ')}`;
  throw new ProductError('UNIT_FAILED', text, {
    phase: 'units',
    machine: machine.name,
    evidence: await lastWords(machine, units[0] as string),
  });
}

async function lastWords(machine: Machine, unit: string): Promise<string> {
  const entries = await machine.journal({ unit });
  const lines = entries.slice(-3).map(({ message }) => message);
  return lines.length === 0 ? `${unit} left no journal` : lines.join('\n');
}
