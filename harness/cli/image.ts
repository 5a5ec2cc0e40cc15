/**
 * The image of a command: opened where it exists, built where it is the reference image and is not
 * cached yet.
 */

import { checkImage, openImage } from '../../images/catalogue.js';
import { buildReferenceImage } from '../../images/reference/build-reference-image.js';
import { UsageError } from '../base/errors.js';
import type { Logger } from '../base/logger.js';
import { cacheDirectory } from '../base/run-dir.js';
import type { Image } from '../model/image.js';
import { withGivenParts } from './given-parts.js';
import { withReleaseNames } from './releases.js';
import type { Settings } from './settings.js';

/** The name of the image that is built here instead of given. */
export const referenceName = 'reference';

/** Whether these settings ask for the image that may have to be built first. */
export function usesReference({ image }: Pick<Settings, 'image'>): boolean {
  return image === referenceName;
}

/**
 * Refuses an image that can't be right before anything is installed or created. Throws
 * IMAGE_NOT_FOUND or NOT_AN_IMAGE (usage).
 */
export async function checkImageSetting(settings: Settings): Promise<void> {
  if (!usesReference(settings)) await checkImage(settings.image, cacheDirectory());
}

/** Which image, and who hears about a build that takes minutes. */
export interface ImageRequest {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Opens the image, or builds the reference image. Throws IMAGE_NOT_FOUND, NOT_AN_IMAGE,
 * IMAGE_DIGEST_MISMATCH (usage), and BUILD_FAILED (infrastructure).
 */
export async function openForRun({ settings, logger, signal }: ImageRequest): Promise<Image> {
  const { image, sha256, mirror } = settings;
  const cache = cacheDirectory();
  if (!usesReference(settings)) {
    const options = { cacheDirectory: cache, signal, ...(sha256 ? { sha256 } : {}) };
    return await withGivenParts(
      withReleaseNames(await openImage(image, options)),
      settings,
      signal,
    );
  }
  const log = (line: string) => logger.info(line);
  const options = { cacheDir: cache, signal, log, ...(mirror ? { mirror } : {}) };
  const built = withReleaseNames(await buildReferenceImage(options));
  const { sha256: digest } = built.descriptor.disk;
  if (sha256 === undefined || sha256 === digest)
    return await withGivenParts(built, settings, signal);
  const text = `the reference image has SHA-256 ${digest}, not ${sha256}`;
  throw new UsageError('IMAGE_DIGEST_MISMATCH', `${text}; leave --sha256 out or give that digest`);
}
