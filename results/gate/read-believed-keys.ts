/**
 * Whose statements count in a gate as it is now.
 */

import { believedKeys, type EvidenceRole } from './believed-keys.js';
import type { TrustedKey } from './envelope.js';
import { knownRunsOf, knownStatementsOf } from './ledger-facts.js';
import { readDecided } from './open-ledger.js';

/** By a gate's own files. Throws what {@link readDecided} throws. */
export async function readBelievedKeys(
  directory: string,
  role: EvidenceRole,
): Promise<readonly TrustedKey[]> {
  const { policy, entries } = await readDecided(directory);
  const [knownRuns, knownStatements] = [knownRunsOf(entries), knownStatementsOf(entries)];
  return believedKeys(policy.trust, role, { knownRuns, knownStatements });
}
