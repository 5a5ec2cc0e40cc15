/**
 * Signing what somebody found out about canaries.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../record-file.js';
import { digestOfEnvelope } from './chain.js';
import type { Signer } from './envelope.js';
import type { CanaryReport } from './evidence.js';
import { canaryReportSchema } from './evidence-schema.js';
import { gateFiles, readCandidate, readPolicy } from './gate-directory.js';
import { subjectsOf } from './record.js';
import { requireTrusted, trustedKeys } from './signers.js';
import { signStatement } from './statement.js';

/**
 * Signs a report into the gate's directory and returns its file. Throws UNTRUSTED_KEY (usage), and what
 * reading a policy and a candidate throws.
 */
export async function signCanary(
  directory: string,
  report: CanaryReport,
  signer: Signer,
): Promise<string> {
  const { trust } = await readPolicy(directory);
  requireTrusted(signer, trustedKeys(trust.canaries), 'canaries');
  const subjects = subjectsOf(await readCandidate(directory, report.version));
  const predicate = canaryReportSchema.parse(report);
  const envelope = await signStatement('canary', { subjects, predicate }, [signer]);
  const folder = join(directory, gateFiles.canaries);
  await mkdir(folder, { recursive: true });
  const name = `${report.version}-${digestOfEnvelope(envelope).slice(0, 12)}.json`;
  await writeWhole(join(folder, name), `${JSON.stringify(envelope)}\n`);
  return join(folder, name);
}
