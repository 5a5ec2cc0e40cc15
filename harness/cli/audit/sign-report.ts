/**
 * Puts a report about a release into the gate's directory as a signed statement.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditedAsset } from '../../../images/audit/audit-release.js';
import { digestOfEnvelope } from '../../../results/gate/chain.js';
import type { Signer } from '../../../results/gate/envelope.js';
import type { AssetReport } from '../../../results/gate/field-evidence.js';
import { gateFiles, readPolicy } from '../../../results/gate/gate-directory.js';
import { requireTrusted, trustedKeys } from '../../../results/gate/signers.js';
import { signStatement } from '../../../results/gate/statement.js';
import { writeWhole } from '../../../results/record-file.js';
import { UsageError } from '../../base/errors.js';

/** What is signed, by whom, and which gate it is for. */
export interface SignRequest {
  readonly report: AssetReport;
  /** The same files, with their digests: what the statement is about. */
  readonly assets: readonly AuditedAsset[];
  readonly signer: Signer;
  readonly directory: string;
}

/**
 * Returns the file. Throws NOTHING_TO_SIGN when no file of the release could be read, UNTRUSTED_KEY when
 * the policy does not have the signer among its auditors, NO_POLICY and BAD_POLICY (all usage).
 */
export async function signReport(request: SignRequest): Promise<string> {
  const { report, assets, signer, directory } = request;
  const policy = await readPolicy(directory);
  requireTrusted(signer, trustedKeys(policy.trust.auditors), 'auditors');
  const subjects = assets.flatMap(({ name, sha256 }) => (sha256 ? [{ name, sha256 }] : []));
  if (subjects.length === 0) {
    const text = `no file of ${report.version} could be read, so there is nothing to sign`;
    throw new UsageError('NOTHING_TO_SIGN', `${text}; check --server and the version`);
  }
  const envelope = await signStatement('assets', { subjects, predicate: report }, [signer]);
  const folder = join(directory, gateFiles.assets);
  await mkdir(folder, { recursive: true });
  const id = digestOfEnvelope(envelope).slice(0, 8);
  const path = join(folder, `${report.version}-${id}.json`);
  await writeWhole(path, `${JSON.stringify(envelope)}\n`);
  return path;
}
