/**
 * How a promise of the contract stands after a run.
 */

import type { ClaimPage } from '../results/html/page-data.js';

export type Standing = 'proven' | 'refuted' | 'open' | 'no suite ran' | 'no suite';

/** One case that failed refutes; every suite that claims it must have run and passed to prove. */
export function standingOf({ cases, excluded, notSelected, unproven }: ClaimPage): Standing {
  if (cases.length === 0) return unproven === undefined ? 'no suite ran' : 'no suite';
  if (cases.some(({ status }) => status === 'failed' || status === 'flaky')) return 'refuted';
  const areAll = excluded.length === 0 && notSelected.length === 0;
  return areAll && cases.every(({ status }) => status === 'passed') ? 'proven' : 'open';
}
