/**
 * What has to be true of the host before machines can be booted: checks, the first installation of
 * missing packages, and the one-line error when it can't be mended.
 */

import { join } from 'node:path';
import { isDescribed } from '../../images/catalogue.js';
import { isUrl } from '../../images/fetch/file-source.js';
import { needsPackages } from '../../images/reference/build.js';
import { isImageBuilt } from '../../images/reference/build-reference-image.js';
import type { PreflightCheck } from '../../platforms/qemu/host-checks.js';
import { preflightChecks, runPreflight } from '../../platforms/qemu/preflight.js';
import { checkFormat, templatesDirectory } from '../../platforms/qemu/template/cache-format.js';
import { UsageError } from '../base/errors.js';
import type { Logger } from '../base/logger.js';
import { cacheDirectory } from '../base/run-dir.js';
import { type CheckResult, type DoctorReport, runDoctor } from './doctor/doctor.js';
import { imageBuildChecks } from './doctor/image-build-checks.js';
import { imageToolChecks } from './doctor/image-tool-checks.js';
import { checkGivenParts } from './given-parts.js';
import { checkImageSetting, usesReference } from './image.js';
import type { Settings } from './settings.js';

/** What is about to be done, and how far the preparation may go. */
export interface Preparation {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly mayInstall: boolean;
  /** Images are going to be built whatever is cached. */
  readonly builds?: boolean;
}

/** The checks that matter for these settings: building and describing images need their own tools. */
export async function hostChecks(
  settings: Settings,
  builds = false,
): Promise<readonly PreflightCheck[]> {
  const ours = usesReference(settings);
  const installsPackages = ours && needsPackages(cacheDirectory());
  const checks = preflightChecks({
    cacheDirectory: cacheDirectory(),
    runsDirectory: settings.runs,
    installsPackages,
  });
  if (!ours) return [...checks, ...((await needsNoTools(settings)) ? [] : imageToolChecks)];
  const isBuilt = !builds && !installsPackages && isImageBuilt(cacheDirectory());
  return [...checks, ...(isBuilt ? [] : imageBuildChecks())];
}

/** Not of an image that is not there: the tools are needed for whatever will be. */
async function needsNoTools({ image }: Settings): Promise<boolean> {
  return !isUrl(image) && (await isDescribed(image, cacheDirectory()).catch(() => false));
}

/** Checks the host, `also` by checks that no run makes, and, with `fix`, installs what is missing. Throws what `runDoctor` throws. */
export async function examineHost(
  { settings, logger, signal, mayInstall, builds }: Preparation,
  options: { readonly fix: boolean; readonly also?: readonly PreflightCheck[] },
): Promise<DoctorReport> {
  return await runDoctor({
    checks: [...(await hostChecks(settings, builds)), ...(options.also ?? [])],
    fix: options.fix,
    allowInstall: mayInstall,
    logFile: join(cacheDirectory(), 'install.log'),
    logger,
    signal,
  });
}

/**
 * Makes the host ready or throws one usage error that says what to do: IMAGE_NOT_FOUND and what
 * `checkGivenParts` throws (before anything is installed), MISSING_PACKAGES, INSTALL_NEEDS_ROOT, NO_QEMU, QEMU_TOO_OLD, NO_SUBORDINATE_IDS,
 * NO_USER_NAMESPACES, NO_DISK_SPACE, CACHE_NOT_WRITABLE, NEWER_CACHE …
 */
export async function prepareHost(preparation: Preparation): Promise<void> {
  await checkImageSetting(preparation.settings);
  await checkGivenParts(preparation.settings);
  if (preparation.settings.fork) await checkFormat(templatesDirectory(cacheDirectory()));
  const { ok, checks } = await examineHost(preparation, { fix: false });
  if (ok) return;
  // Nothing is installed for a run that can't start all the same.
  requireMendable(checks);
  await examineHost(preparation, { fix: true });
  await runPreflight(await hostChecks(preparation.settings, preparation.builds));
}

function requireMendable(checks: readonly CheckResult[]): void {
  for (const result of checks) {
    if (result.ok || result.packages !== undefined) continue;
    throw new UsageError(result.code, `${result.finding}; ${result.remedy}`);
  }
}
