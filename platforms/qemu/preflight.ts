/**
 * What the host must have before machines can be booted, as a list of checks, and running it.
 */

import { UsageError } from '../../harness/base/errors.js';
import {
  memoryCheck,
  nodeCheck,
  type PreflightCheck,
  qemuCheck,
  spaceCheck,
  tempCheck,
  toolCheck,
  uefiCheck,
  writableCheck,
} from './host-checks.js';

/** What is going to be done on the host. */
export interface PreflightOptions {
  readonly cacheDirectory: string;
  readonly runsDirectory: string;
  /** The reference image will be built, since it is not in the cache. */
  readonly buildsImage: boolean;
}

/** The checks, cheapest first. */
export function preflightChecks(options: PreflightOptions): readonly PreflightCheck[] {
  const { cacheDirectory, runsDirectory } = options;
  const tools = [
    toolCheck('qemu-img', 'qemu-utils'),
    toolCheck('setpriv', 'util-linux'),
    ...(options.buildsImage ? [toolCheck('mmdebstrap', 'mmdebstrap')] : []),
  ];
  return [
    nodeCheck,
    qemuCheck,
    ...tools,
    uefiCheck,
    tempCheck,
    writableCheck(cacheDirectory),
    spaceCheck('cache-space', 'Disk space for images', cacheDirectory),
    spaceCheck('runs-space', 'Disk space for machines', runsDirectory),
    memoryCheck,
  ];
}

/** Runs the checks in order. Throws the first that fails as a usage error with its code. */
export async function runPreflight(checks: readonly PreflightCheck[]): Promise<void> {
  for (const { check } of checks) {
    const result = await check();
    if (!result.ok) throw new UsageError(result.code, `${result.finding}; ${result.remedy}`);
  }
}
