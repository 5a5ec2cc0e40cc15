/**
 * Consent to another policy: statements of people whom the policy before names as approvers. Each is
 * for one change at one place in the ledger, so that none can be used again to go back.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../harness/base/errors.js';
import { writeWhole } from '../record-file.js';
import type { AcceptedPolicy } from './accepted-policy.js';
import { parseEnvelope, type Signer } from './envelope.js';
import { gateFiles } from './gate-directory.js';
import { namesIn, openStatement, readEvidenceFile } from './read-statements.js';
import { requireTrusted, trustedKeys } from './signers.js';
import { signStatement } from './statement.js';

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** Who wants which policy, after which record of the ledger. */
const policyApprovalSchema = z.strictObject({
  approver: z.string(),
  policy: digest,
  follows: digest,
  at: z.iso.datetime(),
});

/** One change of a policy; `digest` is that of the new one. */
export interface PolicyChange {
  readonly before: AcceptedPolicy;
  readonly digest: string;
  readonly now: Date;
}

/** Signs consent, and returns its file. Throws UNTRUSTED_KEY and NOT_YOUR_KEY (usage). */
export async function signPolicyApproval(
  directory: string,
  approver: string,
  { before, digest: policy, now, signer }: PolicyChange & { readonly signer: Signer },
): Promise<string> {
  const { name } = requireTrusted(signer, trustedKeys(before.policy.trust.approvers), 'approvers');
  if (name !== approver) {
    const seen = `this is the key of ${name}, and you approve as ${approver}`;
    throw new UsageError('NOT_YOUR_KEY', `${seen}; give --as ${name}, or your own key`);
  }
  const predicate = { approver, policy, follows: before.statement, at: now.toISOString() };
  const subjects = [{ name: gateFiles.policy, sha256: policy }];
  const envelope = await signStatement('policyApproval', { subjects, predicate }, [signer]);
  const folder = join(directory, gateFiles.policyApprovals);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${prefixOf(before)}${approver}-${policy.slice(0, 8)}.json`);
  await writeWhole(path, `${JSON.stringify(envelope)}\n`);
  return path;
}

/** Those of other changes are not opened: their people may be in no policy any more. */
function prefixOf({ statement }: AcceptedPolicy): string {
  return `${statement.slice(0, 12)}-`;
}

/** The envelopes that were signed after this policy. Throws BAD_ENVELOPE and BAD_EVIDENCE (usage). */
export async function readPolicyApprovals(
  directory: string,
  before: AcceptedPolicy,
): Promise<readonly unknown[]> {
  const folder = join(directory, gateFiles.policyApprovals);
  const names = await namesIn(folder, '.json');
  const own = names.filter((name) => name.startsWith(prefixOf(before)));
  return await Promise.all(
    own.map(async (name) => {
      const path = join(folder, name);
      return parseEnvelope(await readEvidenceFile(path), path);
    }),
  );
}

/** Who consents to this very change by these envelopes, each once; throws as opening them does. */
export function approversOf(
  envelopes: readonly unknown[],
  { before, digest: policy, now }: PolicyChange,
): readonly string[] {
  const trusted = trustedKeys(before.policy.trust.approvers);
  const oldest = now.getTime() - before.policy.evidence.maxAgeDays * 86_400_000;
  const names = envelopes.flatMap((envelope) => {
    const expected = { kind: 'policyApproval', schema: policyApprovalSchema, trusted } as const;
    const where = 'an approval of a policy';
    const { value, by } = openStatement(JSON.stringify(envelope), { ...expected, where });
    const at = Date.parse(value.at);
    const isMeant = value.policy === policy && value.follows === before.statement;
    const isValid = by.includes(value.approver) && at >= oldest && at <= now.getTime();
    return isMeant && isValid ? [value.approver] : [];
  });
  return [...new Set(names)];
}
