/**
 * Signing what somebody found out about canaries.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../harness/base/errors.js';
import { writeWhole } from '../record-file.js';
import { digestOfEnvelope } from './chain.js';
import type { Signer } from './envelope.js';
import { canaryReportSchema } from './evidence-schema.js';
import type { CanaryReport } from './field-evidence.js';
import { gateFiles, readCandidate, readPolicy } from './gate-directory.js';
import { subjectsOf } from './record.js';
import { requireTrusted, trustedKeys } from './signers.js';
import { signStatement } from './statement.js';

/** What was found, and on machines of which architecture. */
export interface FoundCanaries {
  readonly report: CanaryReport;
  /** May be left out when the candidate is for one only. */
  readonly arch?: string | undefined;
}

/**
 * Signs a report into the gate's directory and returns its file. Throws UNTRUSTED_KEY and
 * MISSING_OPTION (usage), and what reading a policy and a candidate throws.
 */
export async function signCanary(
  directory: string,
  { report, arch }: FoundCanaries,
  signer: Signer,
): Promise<string> {
  const { trust } = await readPolicy(directory);
  requireTrusted(signer, trustedKeys(trust.canaries), 'canaries');
  const { version, images } = await readCandidate(directory, report.version);
  const own = images.filter((one) => arch === undefined || one.arch === arch);
  if (own.length !== 1) {
    const known = images.map((one) => one.arch).join(', ');
    const seen = `${version} is for ${known}; give --arch, that of the machines`;
    throw new UsageError('MISSING_OPTION', seen);
  }
  const subjects = subjectsOf({ version, images: own });
  const predicate = canaryReportSchema.parse(report);
  const envelope = await signStatement('canary', { subjects, predicate }, [signer]);
  const folder = join(directory, gateFiles.canaries);
  await mkdir(folder, { recursive: true });
  const name = `${report.version}-${digestOfEnvelope(envelope).slice(0, 12)}.json`;
  await writeWhole(join(folder, name), `${JSON.stringify(envelope)}\n`);
  return join(folder, name);
}
