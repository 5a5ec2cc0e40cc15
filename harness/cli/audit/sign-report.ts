/**
 * Puts a report about a release into the gate's directory as a signed statement.
 */

import { randomBytes } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditedAsset } from '../../../images/audit/audit-release.js';
import type { Signer } from '../../../results/gate/envelope.js';
import type { AssetReport } from '../../../results/gate/evidence.js';
import { gateFiles } from '../../../results/gate/gate-directory.js';
import { signStatement } from '../../../results/gate/statement.js';
import { UsageError } from '../../base/errors.js';

/** What is signed, by whom, and which gate it is for. */
export interface SignRequest {
  readonly report: AssetReport;
  /** The same files, with their digests: what the statement is about. */
  readonly assets: readonly AuditedAsset[];
  readonly signer: Signer;
  readonly directory: string;
}

/** Returns the file. Throws NOTHING_TO_SIGN (usage) when no file of the release could be read. */
export async function signReport(request: SignRequest): Promise<string> {
  const { report, assets, signer, directory } = request;
  const subjects = assets.flatMap(({ name, sha256 }) => (sha256 ? [{ name, sha256 }] : []));
  if (subjects.length === 0) {
    const text = `no file of ${report.version} could be read, so there is nothing to sign`;
    throw new UsageError('NOTHING_TO_SIGN', `${text}; check --server and the version`);
  }
  const envelope = await signStatement('assets', { subjects, predicate: report }, [signer]);
  const folder = join(directory, gateFiles.assets);
  await mkdir(folder, { recursive: true });
  const stamp = report.at.replaceAll(/[-:]/g, '').replace(/\..*/, '');
  const name = `${report.version}-${stamp}-${randomBytes(3).toString('hex')}`;
  const draft = join(folder, `.${name}`);
  await writeFile(draft, `${JSON.stringify(envelope)}\n`);
  await rename(draft, join(folder, `${name}.json`));
  return join(folder, `${name}.json`);
}
