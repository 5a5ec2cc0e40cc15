/**
 * The contract as reports show it: each row with the suites of the project that claim it.
 */

import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { UsageError } from '../base/errors.js';
import { compiledRoot, projectRoot } from '../base/project-root.js';
import type { ContractRow } from '../model/contract.js';
import { loadContract } from '../select/contract.js';
import type { ClaimsAnswer, SuiteClaims } from './claims-thread.js';

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
  const worker = new Worker(join(compiledRoot(), 'harness', 'cli', 'claims-thread.js'));
  const [answer] = (await once(worker, 'message')) as [ClaimsAnswer];
  if ('suites' in answer) return answer.suites;
  throw new UsageError(answer.refused.code, answer.refused.message);
}
