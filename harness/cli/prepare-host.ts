/**
 * What has to be true of the host before machines can be booted: checks, the first installation of
 * missing packages, and the one-line error when it can't be mended.
 */

import { join } from 'node:path';
import { needsPackages } from '../../images/reference/build.js';
import type { PreflightCheck } from '../../platforms/qemu/host-checks.js';
import { preflightChecks, runPreflight } from '../../platforms/qemu/preflight.js';
import { checkFormat, templatesDirectory } from '../../platforms/qemu/template/cache-format.js';
import { UsageError } from '../base/errors.js';
import type { Logger } from '../base/logger.js';
import { cacheDirectory } from '../base/run-dir.js';
import { type CheckResult, type DoctorReport, runDoctor } from './doctor/doctor.js';
import { imageToolChecks } from './doctor/image-tool-checks.js';
import { checkImageSetting, usesReference } from './image.js';
import type { Settings } from './settings.js';

/** What is about to be done, and how far the preparation may go. */
export interface Preparation {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly mayInstall: boolean;
}

/** The checks that matter for these settings: building and describing images need their own tools. */
export async function hostChecks(settings: Settings): Promise<readonly PreflightCheck[]> {
  const ours = usesReference(settings);
  const checks = preflightChecks({
    cacheDirectory: cacheDirectory(),
    runsDirectory: settings.runs,
    installsPackages: ours && (await needsPackages(cacheDirectory())),
  });
  return [...checks, ...(ours ? [] : imageToolChecks)];
}

/** Checks the host and, with `fix`, installs what is missing. Throws what `runDoctor` throws. */
export async function examineHost(
  { settings, logger, signal, mayInstall }: Preparation,
  options: { readonly fix: boolean },
): Promise<DoctorReport> {
  return await runDoctor({
    checks: await hostChecks(settings),
    fix: options.fix,
    allowInstall: mayInstall,
    logFile: join(cacheDirectory(), 'install.log'),
    logger,
    signal,
  });
}

/**
 * Makes the host ready or throws one usage error that says what to do: IMAGE_NOT_FOUND (before
 * anything is installed), MISSING_PACKAGES, INSTALL_NEEDS_ROOT, NO_QEMU, QEMU_TOO_OLD, NO_DISK_SPACE, CACHE_NOT_WRITABLE, NEWER_CACHE …
 */
export async function prepareHost(preparation: Preparation): Promise<void> {
  await checkImageSetting(preparation.settings);
  if (preparation.settings.fork) await checkFormat(templatesDirectory(cacheDirectory()));
  const { ok, checks } = await examineHost(preparation, { fix: false });
  if (ok) return;
  // Nothing is installed for a run that can't start all the same.
  requireMendable(checks);
  await examineHost(preparation, { fix: true });
  await runPreflight(await hostChecks(preparation.settings));
}

function requireMendable(checks: readonly CheckResult[]): void {
  for (const result of checks) {
    if (result.ok || result.packages !== undefined) continue;
    throw new UsageError(result.code, `${result.finding}; ${result.remedy}`);
  }
}
