/**
 * The contract as reports show it: each row with the suites of the project that claim it.
 */

import { join } from 'node:path';
import { Tinypool } from 'tinypool';
import { compiledRoot, projectRoot } from '../base/project-root.js';
import type { ContractRow } from '../model/contract.js';
import { loadContract } from '../select/contract.js';
import type { SuiteClaims } from './claims-thread.js';

/** Its rows in their order. Throws BAD_CONTRACT and BAD_SUITE (usage). */
export async function claimedContract(): Promise<readonly ContractRow[]> {
  const contract = await loadContract(join(projectRoot(), 'suites', 'contract.tsv'));
  const all = await claimsOfSuites();
  return [...contract.values()].map((row) => {
    const suites = all.filter(({ claims }) => claims.includes(row.id)).map(({ id }) => id);
    return { ...row, suites };
  });
}

async function claimsOfSuites(): Promise<readonly SuiteClaims[]> {
  const filename = join(compiledRoot(), 'harness', 'cli', 'claims-thread.js');
  const pool = new Tinypool({ filename, minThreads: 1, maxThreads: 1 });
  try {
    return (await pool.run({}, { name: 'claimsOfSuites' })) as readonly SuiteClaims[];
  } finally {
    await pool.destroy();
  }
}
