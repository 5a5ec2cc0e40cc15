/**
 * `yard images audit`: whether everything that belongs to a release is there and good, as a report that
 * the gate takes as evidence.
 */

import { readFile, writeFile } from 'node:fs/promises';
import type { AuditedAsset } from '../../../images/audit/audit-release.js';
import { readPublicKey } from '../../../images/payload/verify-payload.js';
import type { AssetReport } from '../../../results/gate/field-evidence.js';
import { openSigner } from '../../../results/gate/signers.js';
import { toError, UsageError } from '../../base/errors.js';
import { stderrLogger } from '../../base/logger.js';
import type { Arch } from '../../model/image.js';
import { auditBoards } from '../audit/audit-boards.js';
import { signReport } from '../audit/sign-report.js';
import type { ServerOptions } from '../fetch-options.js';
import { watchInterrupts } from '../interrupt.js';

/** What the user said to `yard images audit`. */
export interface AuditOptions extends Omit<ServerOptions, 'arch'> {
  readonly arch?: readonly Arch[];
  readonly updateServer?: string;
  readonly payloadKey?: string;
  readonly boot?: boolean;
  readonly json?: boolean;
  readonly output?: string;
  readonly gate?: string;
  readonly signKey?: string;
}

/** Returns 0 when the release is complete, otherwise 1. Throws what can't be told (see `auditRelease`). */
export async function auditCommand(release: string, options: AuditOptions): Promise<number> {
  using interrupt = watchInterrupts();
  const signer = await signerOf(options);
  const payloadKey = await payloadKeyOf(options);
  const logger = stderrLogger('normal');
  const { signal } = interrupt;
  const { version, assets } = await auditBoards(release, {
    options,
    ...(payloadKey && { payloadKey }),
    logger,
    signal,
  });
  const report: AssetReport = { version, at: new Date().toISOString(), assets: assets.map(shown) };
  if (options.output !== undefined) await writeReport(options.output, report);
  if (signer !== undefined) {
    const file = await signReport({ report, assets, signer, directory: options.gate ?? '.' });
    logger.info(`signed: ${file}`);
  }
  const unlooked = payloadKey === undefined ? ['who signed its payloads was not looked at'] : [];
  const told = options.json ? JSON.stringify(report, null, 2) : summary(report, unlooked);
  process.stdout.write(`${told}\n`);
  return report.assets.some(({ problem }) => problem !== undefined) ? 1 : 0;
}

async function signerOf({ gate, signKey, payloadKey }: AuditOptions) {
  if (gate === undefined && signKey === undefined) return undefined;
  if (gate === undefined || signKey === undefined) {
    throw new UsageError('BAD_ARGUMENT', '--gate and --sign-key go together; give both or none');
  }
  if (payloadKey !== undefined) return await openSigner(signKey);
  const problem = '--gate needs --payload-key: a payload that anybody signed is not complete';
  throw new UsageError('BAD_ARGUMENT', `${problem}; give the public key of who signs payloads`);
}

async function payloadKeyOf({ payloadKey }: AuditOptions) {
  if (payloadKey === undefined) return undefined;
  const pem = await readFile(payloadKey, 'utf8').catch((thrown: unknown) => {
    const problem = `cannot read --payload-key ${payloadKey}: ${toError(thrown).message}`;
    throw new UsageError('BAD_KEY', `${problem}; give an RSA public key in PEM`);
  });
  return readPublicKey(pem, payloadKey);
}

function shown({ name, problem }: AuditedAsset) {
  return problem === undefined ? { name } : { name, problem };
}

async function writeReport(file: string, report: AssetReport): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  } catch (thrown) {
    const problem = `cannot write --output ${file}: ${toError(thrown).message}`;
    throw new UsageError('BAD_OUTPUT', `${problem}; name a file in a directory that is there`);
  }
}

function summary({ version, assets }: AssetReport, unlooked: readonly string[]): string {
  const bad = assets.filter(({ problem }) => problem !== undefined);
  const lines = bad.map(({ name, problem }) => `  ${name}: ${problem}`);
  const verdict =
    bad.length === 0
      ? `${version} is complete: ${assets.length} files, each there, signed and whole`
      : `${version} is not complete: ${bad.length} of ${assets.length} files`;
  return [[verdict, ...unlooked].join('; '), ...lines].join('\n');
}
