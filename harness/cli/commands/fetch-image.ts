/**
 * `yard images fetch`: a release, a URL or a file into the cache.
 */

import { existsSync } from 'node:fs';
import { fetchFile } from '../../../images/fetch/fetch-file.js';
import { fetchImage } from '../../../images/fetch/fetch-image.js';
import { isUrl } from '../../../images/fetch/file-source.js';
import type { Variant } from '../../../images/fetch/release-names.js';
import { stderrLogger } from '../../base/logger.js';
import { cacheDirectory } from '../../base/run-dir.js';
import type { Image } from '../../model/image.js';
import { type ServerOptions, serverSettings } from '../fetch-options.js';
import { watchInterrupts } from '../interrupt.js';

/** What the user said to `yard images fetch`. */
export interface FetchOptions extends ServerOptions {
  readonly variant?: Variant;
  readonly sha512?: string;
  readonly offline?: boolean;
  readonly allowDowngrade?: boolean;
  readonly quota: number;
}

/** Prints the image's directory on stdout. Throws what `fetchImage` and `fetchFile` throw. */
export async function fetchImageCommand(release: string, options: FetchOptions): Promise<void> {
  using interrupt = watchInterrupts();
  const image = await fetch(release, options, interrupt.signal);
  process.stdout.write(`${image.directory}\n`);
}

async function fetch(release: string, options: FetchOptions, signal: AbortSignal): Promise<Image> {
  const logger = stderrLogger('normal');
  const settings = serverSettings(options);
  const common = {
    ...settings,
    cacheDirectory: cacheDirectory(),
    quotaBytes: options.quota * 2 ** 30,
    offline: options.offline ?? false,
    log: (line: string) => logger.info(line),
    signal,
  };
  if (isUrl(release) || options.sha512 !== undefined || existsSync(release)) {
    return await fetchFile({ ...common, source: release, sha512: options.sha512 });
  }
  // Releases for arm64 have no image for other firmware (flatcar/scripts, get_default_vm_type).
  const variant = options.variant ?? (options.arch === 'arm64' ? 'qemu_uefi' : 'qemu');
  const allowDowngrade = options.allowDowngrade ?? false;
  return await fetchImage({ ...common, release, arch: options.arch, variant, allowDowngrade });
}
