/**
 * The contract: what the operating system promises its users, one row per promise.
 */

import type { ClaimId } from './ids.js';

/** A row of `suites/contract.tsv`; `check` and `expected` are wording for people. */
export interface ContractRow {
  readonly id: ClaimId;
  readonly area: string;
  readonly promise: string;
  readonly check: string;
  readonly expected: string;
  /** `parts`: the suites that claim it prove one of its points each. */
  readonly flags: string;
  /** Why no suite proves it, from `suites/unproven.tsv`. */
  readonly unproven?: string;
  /** Ids of the suites that claim it, sorted; absent where they were not loaded. */
  readonly suites?: readonly string[];
}
