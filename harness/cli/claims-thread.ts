/**
 * What the suites of the project claim, for a thread of its own: all of them are loaded, and the memory for
 * that goes with the thread.
 */

import { loadSelectedSuites } from './commands/list.js';

/** Of one suite. */
export interface SuiteClaims {
  readonly id: string;
  /** Rows of the contract. */
  readonly claims: readonly string[];
}

/** Sorted by their ids. Throws BAD_CONTRACT and BAD_SUITE (usage). */
export async function claimsOfSuites(): Promise<readonly SuiteClaims[]> {
  return (await loadSelectedSuites([])).map(({ id, claims }) => ({ id, claims }));
}
