/**
 * What the host must have before machines can be booted, as a list of checks, and running it.
 */

import { toError, UsageError } from '../../harness/base/errors.js';
import {
  cacheCheck,
  nodeCheck,
  type PreflightCheck,
  type PreflightFinding,
  qemuCheck,
  runsCheck,
  spaceCheck,
  toolCheck,
  uefiCheck,
} from './host-checks.js';
import { memoryCheck, openFilesCheck, tempCheck } from './limit-checks.js';

/** What is going to be done on the host. */
export interface PreflightOptions {
  readonly cacheDirectory: string;
  readonly runsDirectory: string;
  /** Debian's packages will be installed into the trees that the reference image is made of. */
  readonly installsPackages: boolean;
}

/** The checks, cheapest first. */
export function preflightChecks(options: PreflightOptions): readonly PreflightCheck[] {
  const { cacheDirectory, runsDirectory } = options;
  const tools = [
    toolCheck('qemu-img', 'qemu-utils'),
    toolCheck('setpriv', 'util-linux'),
    toolCheck('swtpm', 'swtpm'),
    ...(options.installsPackages ? [toolCheck('mmdebstrap', 'mmdebstrap')] : []),
  ];
  return [
    nodeCheck,
    qemuCheck,
    ...tools,
    uefiCheck,
    tempCheck,
    cacheCheck(cacheDirectory),
    runsCheck(runsDirectory),
    spaceCheck('cache-space', 'Disk space for images', cacheDirectory),
    spaceCheck('runs-space', 'Disk space for machines', runsDirectory),
    openFilesCheck(),
    memoryCheck(),
  ];
}

/** Makes one check; one that breaks has found something, too, code CHECK_FAILED. */
export async function findingOf({ name, check }: PreflightCheck): Promise<PreflightFinding> {
  try {
    return await check();
  } catch (thrown) {
    const finding = `the check ${name} broke: ${toError(thrown).message}`;
    const remedy = 'make the check possible, or report it';
    return { ok: false, code: 'CHECK_FAILED', finding, remedy };
  }
}

/** Runs the checks in order. Throws the first that fails as a usage error with its code. */
export async function runPreflight(checks: readonly PreflightCheck[]): Promise<void> {
  for (const check of checks) {
    const result = await findingOf(check);
    if (!result.ok) throw new UsageError(result.code, `${result.finding}; ${result.remedy}`);
  }
}
