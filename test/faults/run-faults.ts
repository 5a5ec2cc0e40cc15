/**
 * Lets faults strike one after the other, and says which were taken as they should be.
 */

import { toError } from '../../harness/base/errors.js';
import type { Fault, Taken } from './fault.js';
import type { Lab } from './lab.js';

/** What a fault came to. */
export interface FaultRow {
  readonly fault: string;
  readonly expected: string;
  readonly seen: string;
  readonly tookMs: number;
  readonly limitMs: number;
  readonly leaks: readonly string[];
  readonly right: boolean;
}

/** What to let strike, where, and who hears of it. */
export interface Campaign {
  readonly faults: readonly Fault[];
  readonly lab: Lab;
  readonly slowness: number;
  readonly onRow: (row: FaultRow) => void;
}

/** Right means the expected outcome within the bound, and nothing left behind. */
export async function runFaults(campaign: Campaign): Promise<readonly FaultRow[]> {
  const rows: FaultRow[] = [];
  for (const fault of campaign.faults) {
    campaign.lab.signal.throwIfAborted();
    const row = await runFault(fault, campaign);
    campaign.onRow(row);
    rows.push(row);
  }
  return rows;
}

async function runFault(fault: Fault, { lab, slowness }: Campaign): Promise<FaultRow> {
  const { seen, tookMs } = await struck(fault, lab);
  const leaks = await lab.leaks();
  const limitMs = Math.round(fault.boundMs * slowness);
  const right = seen === fault.expect && tookMs <= limitMs && leaks.length === 0;
  return { fault: fault.id, expected: fault.expect, seen, tookMs, limitMs, leaks, right };
}

async function struck(fault: Fault, lab: Lab): Promise<Taken> {
  try {
    return await fault.strike(lab);
  } catch (error) {
    return { seen: `broke: ${toError(error).message}`, tookMs: Number.NaN };
  }
}

/** One line of the table, more when it was not right. */
export function renderFault(row: FaultRow): string {
  const { fault, expected, seen, tookMs, limitMs, leaks, right } = row;
  const time = `${(tookMs / 1000).toFixed(1)} s of ${Math.round(limitMs / 1000)} s`;
  const line = [right ? 'right' : 'WRONG', fault.padEnd(28), time.padEnd(16), seen].join('  ');
  const reasons = [
    ...(seen === expected ? [] : [`expected ${expected}`]),
    ...leaks.map((leak) => `left behind: ${leak}`),
  ];
  return [line, ...reasons.map((reason) => `       ${reason}`)].join('\n');
}

/** The last lines: faults, and the tally that every command of the project ends with. */
export function renderFaultTotals(rows: readonly FaultRow[]): string {
  const right = rows.filter((row) => row.right).length;
  return `${rows.length} faults, ${right} right\n\n${right} passed, ${rows.length - right} failed`;
}
