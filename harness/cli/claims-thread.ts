/**
 * What the suites of the project claim. A thread of its own, told to whoever started it: all suites are loaded,
 * and the memory for that goes with the thread.
 */

import { parentPort } from 'node:worker_threads';
import { HarnessError } from '../base/errors.js';
import { loadSelectedSuites } from './commands/list.js';

/** Of one suite. */
export interface SuiteClaims {
  readonly id: string;
  /** Rows of the contract. */
  readonly claims: readonly string[];
}

/** Suites sorted by their ids, or why they can't be loaded: errors lose their class between threads. */
export type ClaimsAnswer =
  | { readonly suites: readonly SuiteClaims[] }
  | { readonly refused: { readonly code: string; readonly message: string } };

async function answer(): Promise<ClaimsAnswer> {
  try {
    const suites = await loadSelectedSuites([]);
    return { suites: suites.map(({ id, claims }) => ({ id, claims })) };
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return { refused: { code: error.code, message: error.message } };
  }
}

parentPort?.postMessage(await answer());
