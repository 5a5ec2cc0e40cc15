/**
 * Boots what of a release QEMU boots as it is, each once, and asks each which system it is. What boots are
 * the bytes that were audited, and no others that the cache or the server may have.
 */

import type { AuditedAsset } from '../../../images/audit/audit-release.js';
import { fetchImage } from '../../../images/fetch/fetch-image.js';
import { isFaultOfRelease } from '../../../images/fetch/release-faults.js';
import type { Variant } from '../../../images/fetch/release-names.js';
import { defaultQuotaBytes } from '../../../images/store/quota.js';
import { InfrastructureError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import { cacheDirectory } from '../../base/run-dir.js';
import type { Image } from '../../model/image.js';
import type { RunRecord } from '../../model/record.js';
import {
  type BootableVariant,
  bootEntryName,
  bootsOf,
  releaseBoots,
} from '../../model/release-boots.js';
import type { AuditOptions } from '../commands/audit-release.js';
import { loadSelectedSuites } from '../commands/list.js';
import { serverSettings } from '../fetch-options.js';
import { openForRun } from '../image.js';
import { prepareHost } from '../prepare-host.js';
import { runSuites } from '../run-suites.js';
import { loadSettings } from '../settings.js';
import { type AuditedBoard, auditedFiles, otherBytes } from './audited-files.js';

/** Which release, how it is reached, and what was found of its files. */
export interface BootRequest extends AuditedBoard {
  readonly options: AuditOptions;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Who tells that it has booted: a machine that says who it is, over SSH or at its screen. */
const suites: Readonly<Record<BootableVariant, string>> = {
  qemu: 'identity/os-release',
  qemu_uefi: 'identity/os-release',
  qemu_uefi_secure: 'security/secure-boot',
  pxe: 'variants/network-boot',
  iso: 'variants/disc',
};

/** Boots an image as this variant, and resolves to what came of it. */
export type BootImage = (
  image: Image,
  variant: BootableVariant,
  request: BootRequest,
) => Promise<Pick<RunRecord, 'run' | 'verdict'>>;

/**
 * One entry per image. A host that can't boot it is thrown (infrastructure), a bad image is not. `boot`
 * is by default a run of one suite.
 */
export async function bootImages(
  version: string,
  request: BootRequest,
  boot: BootImage = runSmoke,
): Promise<readonly AuditedAsset[]> {
  const seenOf = async (image: Image, variant: BootableVariant) => {
    const problem = problemOf(await boot(image, variant, request));
    return { sha256: bootedOf(image, variant), ...(problem !== undefined && { problem }) };
  };
  const found: AuditedAsset[] = [];
  for (const variant of bootsOf(request.arch)) {
    const name = bootEntryName(request.arch, variant);
    const fetched = await fetchOrProblem(version, variant, request);
    const entry =
      typeof fetched === 'string' ? { problem: fetched } : await seenOf(fetched, variant);
    request.logger.info(`${name}: ${entry.problem ?? 'good'}`);
    found.push({ name, ...entry });
  }
  return found;
}

/** The digest of what boots. */
function bootedOf({ descriptor }: Image, variant: BootableVariant): string {
  const { extra } = releaseBoots[variant];
  const found = descriptor.extras.find(({ name }) => name === extra);
  return (found ?? descriptor.disk).sha256;
}

async function runSmoke(
  { directory }: Image,
  variant: BootableVariant,
  { logger, signal }: BootRequest,
): Promise<RunRecord> {
  const { firmware } = releaseBoots[variant];
  const settings = await loadSettings({ image: directory, firmware, fork: false });
  await prepareHost({ settings, logger, signal, mayInstall: false });
  const selected = await loadSelectedSuites([suites[variant]]);
  const image = await openForRun({ settings, logger, signal });
  const { record } = await runSuites({ suites: selected, image, settings, logger, signal });
  signal.throwIfAborted();
  return record;
}

async function fetchOrProblem(
  version: string,
  variant: Variant,
  request: BootRequest,
): Promise<Image | string> {
  const { options, arch, logger, signal } = request;
  const rest = { offline: false, allowDowngrade: true, quotaBytes: defaultQuotaBytes };
  const log = (line: string) => logger.info(line);
  const served = auditedFiles(variant, request);
  const what = { release: version, arch, variant, served, cacheDirectory: cacheDirectory() };
  try {
    const settings = serverSettings({ ...options, arch });
    const image = await fetchImage({ ...settings, ...what, ...rest, log, signal });
    return (await otherBytes(image, served)) ?? image;
  } catch (thrown) {
    // What is wrong with the file is a finding about it; what is wrong here is not.
    if (!isFaultOfRelease(thrown)) throw thrown;
    return `it can't be booted: ${thrown.message.split('; ')[0]}`;
  }
}

/**
 * Anything but passed is a problem of the image, unless the host got in the way: then nothing is known
 * of it. Throws BOOT_INCONCLUSIVE (infrastructure).
 */
function problemOf({ verdict, run }: Pick<RunRecord, 'run' | 'verdict'>): string | undefined {
  if (verdict === 'passed') return undefined;
  if (verdict !== 'inconclusive') return `its boot is ${verdict}: see run ${run}`;
  const text = `the boot of an image came to nothing: see ./yard runs show ${run}`;
  throw new InfrastructureError('BOOT_INCONCLUSIVE', text);
}
