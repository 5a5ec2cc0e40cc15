/**
 * Runs the host checks, installs what is missing where that was asked for, and checks again. What a
 * check looks at is its own affair; printing is the caller's.
 */

import type { PreflightCheck, PreflightFinding } from '../../../platforms/qemu/host-checks.js';
import { findingOf } from '../../../platforms/qemu/preflight.js';
import { type InstallRequest, installPackages } from './install.js';

/** A check and what came of it. */
export type CheckResult = PreflightFinding & Pick<PreflightCheck, 'name' | 'title'>;

/** The state of the host; `installed` lists the packages that this call has installed. */
export interface DoctorReport {
  readonly ok: boolean;
  readonly checks: readonly CheckResult[];
  readonly installed: readonly string[];
}

/** What to check and how far to go. */
export interface DoctorRequest extends Omit<InstallRequest, 'missing' | 'because'> {
  readonly checks: readonly PreflightCheck[];
  /** Install what is missing. Without it, missing packages are only reported. */
  readonly fix: boolean;
}

/**
 * Reports on every check. With `fix` it installs first and then throws what
 * {@link installPackages} throws: MISSING_PACKAGES, INSTALL_NEEDS_ROOT, INSTALL_FAILED.
 */
export async function runDoctor(request: DoctorRequest): Promise<DoctorReport> {
  const before = await runChecks(request.checks, request.signal);
  const missing = missingPackages(before);
  if (!request.fix || missing.length === 0) return reportOf(before, []);
  const because = before.flatMap((found) => (found.ok || !found.packages ? [] : [found.finding]));
  await installPackages({ ...request, missing, because });
  return reportOf(await runChecks(request.checks, request.signal), missing);
}

/** The packages that would mend the checks which failed, each once, sorted. */
export function missingPackages(results: readonly CheckResult[]): readonly string[] {
  const packages = results.flatMap((result) => (result.ok ? [] : (result.packages ?? [])));
  return [...new Set(packages)].sort();
}

function reportOf(checks: readonly CheckResult[], installed: readonly string[]): DoctorReport {
  return { ok: checks.every(({ ok }) => ok), checks, installed };
}

/** One after the other, in the order in which they are shown. */
async function runChecks(
  checks: readonly PreflightCheck[],
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    signal.throwIfAborted();
    results.push({ name: check.name, title: check.title, ...(await findingOf(check)) });
  }
  return results;
}
