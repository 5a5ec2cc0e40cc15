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

interface Boot {
  readonly variant: Variant;
  readonly firmware: Firmware;
  readonly arches: readonly Arch[];
}

const boots: readonly Boot[] = [
  { variant: 'qemu', firmware: 'bios', arches: ['amd64'] },
  { variant: 'qemu_uefi', firmware: 'uefi', arches: ['amd64', 'arm64'] },
];

/** A machine that says who it is has booted, and answers over SSH. */
const smokeSuite = 'identity/os-release';

/** One entry per image. A host that can't boot it is thrown (infrastructure), a bad image is not. */
export async function bootImages(
  version: string,
  request: BootRequest,
): Promise<readonly AuditedAsset[]> {
  const found: AuditedAsset[] = [];
  for (const boot of boots.filter(({ arches }) => arches.includes(request.arch))) {
    const name = `${request.arch}-usr/boot of flatcar_production_${boot.variant}_image.img`;
    const problem = await bootOnce(version, boot, request);
    request.logger.info(`${name}: ${problem ?? 'good'}`);
    found.push(problem === undefined ? { name } : { name, problem });
  }
  return found;
}

async function bootOnce(
  version: string,
  { variant, firmware }: Boot,
  request: BootRequest,
): Promise<string | undefined> {
  const { logger, signal } = request;
  const fetched = await fetchOrProblem(version, variant, request);
  if (typeof fetched === 'string') return fetched;
  const settings = await loadSettings({ image: fetched.directory, firmware, fork: false });
  await prepareHost({ settings, logger, signal, mayInstall: false });
  const suites = await loadSelectedSuites([smokeSuite]);
  const image = await openForRun({ settings, logger, signal });
  const { record } = await runSuites({ suites, image, settings, logger, signal });
  signal.throwIfAborted();
  return problemOf(record);
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
function problemOf({ verdict, run }: RunRecord): string | undefined {
  if (verdict === 'passed') return undefined;
  if (verdict !== 'inconclusive') return `its boot is ${verdict}: see run ${run}`;
  const text = `the boot of an image came to nothing: see ./yard runs show ${run}`;
  throw new InfrastructureError('BOOT_INCONCLUSIVE', text);
}
