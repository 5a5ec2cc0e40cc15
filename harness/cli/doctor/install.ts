/**
 * Installs missing packages, or refuses with the command that would: never without saying so first,
 * never without leave, never as a user who may not.
 */

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { withDeadline } from '../../base/deadline.js';
import { InfrastructureError, UsageError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import { shellLine } from './install-step.js';
import { type InstallSystem, thisSystem } from './install-system.js';
import { type PackagePlan, planPackages } from './package-plan.js';

/** What is missing, and how to go about it. */
export interface InstallRequest {
  readonly missing: readonly string[];
  /** What the checks found that miss them. */
  readonly because?: readonly string[];
  /** False after `--no-install`. */
  readonly allowInstall: boolean;
  /** Gets all that apt says; its directory is made when it is needed. */
  readonly logFile: string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly system?: InstallSystem;
}

type InstallPlan = Extract<PackagePlan, { kind: 'install' }>;

/**
 * Installs the packages. Throws MISSING_PACKAGES (usage) when it may not or no source has them,
 * INSTALL_NEEDS_ROOT (usage) when neither root nor `sudo -n` works, INSTALL_FAILED (infrastructure).
 */
export async function installPackages(request: InstallRequest): Promise<void> {
  if (request.missing.length === 0) return;
  const system = request.system ?? thisSystem;
  const plan = planPackages(request.missing, await system.read(request.missing, request.signal));
  if (plan.kind === 'impossible') throw missing(plan, request, plan.reason);
  const prefix = await system.rootPrefix(request.signal);
  if (!request.allowInstall) {
    throw missing(plan, request, `install them with: ${byHand(plan, prefix)}`);
  }
  if (prefix === undefined) throw needsRoot(plan);
  announce(plan, prefix, request);
  await mkdir(dirname(request.logFile), { recursive: true });
  using deadline = withDeadline(request.signal, installTimeoutMs, () => timedOut(request));
  await runSteps(plan, prefix, { ...request, system, signal: deadline.signal });
}

/** A slow mirror may need minutes for QEMU's 60 MB; apt also waits for another apt. */
const installTimeoutMs = 20 * 60_000;

function timedOut({ logFile }: InstallRequest): InfrastructureError {
  const text = `installing packages took more than ${installTimeoutMs / 60_000} minutes`;
  return new InfrastructureError('INSTALL_FAILED', `${text}; see ${logFile}`, { phase: 'host' });
}

function missing(plan: PackagePlan, { because = [] }: InstallRequest, next: string): UsageError {
  const why = because.length === 0 ? '' : ` (${because.join('; ')})`;
  const text = `missing packages: ${plan.packages.join(' ')}${why}`;
  return new UsageError('MISSING_PACKAGES', `${text}; ${next}`);
}

function needsRoot(plan: InstallPlan): UsageError {
  const text = `installing ${plan.packages.join(' ')} needs root, and sudo without a password`;
  const next = `does not work here; run: ${byHand(plan, undefined)}`;
  return new UsageError('INSTALL_NEEDS_ROOT', `${text} ${next}`);
}

/** For a person, who can give sudo a password. */
function byHand(plan: InstallPlan, prefix: readonly string[] | undefined): string {
  return shellLine(plan.steps, prefix?.length === 0 ? [] : ['sudo']);
}

function announce(plan: InstallPlan, prefix: readonly string[], request: InstallRequest): void {
  const { logger, logFile } = request;
  logger.info(`installing ${plan.packages.join(' ')} (output in ${logFile}):`);
  logger.info(`  ${shellLine(plan.steps, prefix)}`);
  if (plan.source) logger.info(`  this adds the package source ${plan.source.path}`);
}

async function runSteps(
  plan: InstallPlan,
  prefix: readonly string[],
  { system, logger, logFile, signal }: InstallRequest & { readonly system: InstallSystem },
): Promise<void> {
  for (const step of plan.steps) {
    const startedMs = performance.now();
    const failure = await system.run(step, { prefix, logFile, signal });
    if (failure !== undefined) {
      const text = `could not ${step.title}: ${failure}; see ${logFile}`;
      throw new InfrastructureError('INSTALL_FAILED', text, { phase: 'host' });
    }
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    logger.info(`  ${step.title}: done in ${seconds} s`);
  }
}
