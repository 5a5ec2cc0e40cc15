/**
 * Boots the images of a release that QEMU boots as they are, each once, and asks each which system it
 * is.
 */

import type { AuditedAsset } from '../../../images/audit/audit-release.js';
import { fetchImage } from '../../../images/fetch/fetch-image.js';
import type { Variant } from '../../../images/fetch/release-names.js';
import { defaultQuotaBytes } from '../../../images/store/quota.js';
import { InfrastructureError, UsageError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import { cacheDirectory } from '../../base/run-dir.js';
import type { Arch, Firmware, Image } from '../../model/image.js';
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

/** Which release, and how it is reached. */
export interface BootRequest {
  readonly options: AuditOptions;
  readonly arch: Arch;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** A machine that says who it is has booted, and answers over SSH. */
const smokeSuite = 'identity/os-release';

/** Boots an image with this firmware, and resolves to what came of it. */
export type BootImage = (
  image: Image,
  firmware: Firmware,
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
    const { sha256 } = image.descriptor.disk;
    const problem = problemOf(await boot(image, releaseBoots[variant].firmware, request));
    return { sha256, ...(problem !== undefined && { problem }) };
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

async function runSmoke(
  { directory }: Image,
  firmware: Firmware,
  { logger, signal }: BootRequest,
): Promise<RunRecord> {
  const settings = await loadSettings({ image: directory, firmware, fork: false });
  await prepareHost({ settings, logger, signal, mayInstall: false });
  const suites = await loadSelectedSuites([smokeSuite]);
  const image = await openForRun({ settings, logger, signal });
  const { record } = await runSuites({ suites, image, settings, logger, signal });
  signal.throwIfAborted();
  return record;
}

async function fetchOrProblem(
  version: string,
  variant: Variant,
  { options, arch, logger, signal }: BootRequest,
): Promise<Image | string> {
  const rest = { offline: false, allowDowngrade: true, quotaBytes: defaultQuotaBytes };
  const log = (line: string) => logger.info(line);
  const what = { release: version, arch, variant, cacheDirectory: cacheDirectory() };
  try {
    return await fetchImage({
      ...serverSettings({ ...options, arch }),
      ...what,
      ...rest,
      log,
      signal,
    });
  } catch (thrown) {
    // What is wrong with the file is a finding about it; what is wrong here is not.
    if (!(thrown instanceof UsageError) || thrown.code === 'MISSING_PACKAGES') throw thrown;
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
