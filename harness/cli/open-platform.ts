/**
 * The platform of a run, with keys of its own.
 */

import { join } from 'node:path';
import { makeHarnessKeys } from '../../platforms/guest/keys.js';
import { createQemuPlatform } from '../../platforms/qemu/create-platform.js';
import type { Logger } from '../base/logger.js';
import { cacheDirectory, type RunDirectory } from '../base/run-dir.js';
import type { Platform } from '../model/platform.js';
import type { Settings } from './settings.js';

/** Where the processes and files of running clusters are noted, for the reaper. */
export function stateDirectory(): string {
  return join(cacheDirectory(), 'state');
}

/** What a platform needs to know of the command that opens it. */
export interface PlatformRequest {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Opens QEMU. The caller disposes it, last. Throws NO_QEMU, QEMU_TOO_OLD, ACCEL_UNUSABLE. */
export async function openPlatform(
  { settings, logger, signal }: PlatformRequest,
  directory: RunDirectory,
): Promise<Platform> {
  return await createQemuPlatform({
    cacheDirectory: cacheDirectory(),
    runDirectory: directory.path,
    stateDirectory: stateDirectory(),
    logger,
    accelerator: settings.accelerator,
    templates: settings.fork ? { limitBytes: settings.templatesMiB * 2 ** 20 } : undefined,
    keys: makeHarnessKeys(),
    signal,
  });
}
