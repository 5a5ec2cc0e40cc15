/**
 * The contract as reports show it: each row with the suites of the project that claim it.
 */

import { join } from 'node:path';
import { projectRoot } from '../base/project-root.js';
import type { ContractRow } from '../model/contract.js';
import { loadContract } from '../select/contract.js';
import { loadSelectedSuites } from './commands/list.js';

/** Its rows in their order. Throws BAD_CONTRACT and BAD_SUITE (usage). */
export async function claimedContract(): Promise<readonly ContractRow[]> {
  const contract = await loadContract(join(projectRoot(), 'suites', 'contract.tsv'));
  const all = await loadSelectedSuites([]);
  return [...contract.values()].map((row) => {
    const suites = all.filter(({ claims }) => claims.includes(row.id)).map(({ id }) => id);
    return { ...row, suites };
  });
}
