/**
 * The image of a command: opened where it exists, built where it is the reference image and is not
 * cached yet.
 */

import { join } from 'node:path';
import { checkImage, openImage } from '../../images/catalogue.js';
import { isUrl, requireDigest } from '../../images/fetch/file-source.js';
import { findLoan, takeLoan } from '../../images/lent-extras.js';
import { verifyWanted } from '../../images/open-options.js';
import { buildReferenceImage } from '../../images/reference/build-reference-image.js';
import { holdInUse } from '../../images/store/in-use.js';
import { requireArch } from '../../platforms/qemu/require-arch.js';
import { defined, toError, UsageError } from '../base/errors.js';
import type { Logger } from '../base/logger.js';
import { cacheDirectory } from '../base/run-dir.js';
import type { Image } from '../model/image.js';
import { withGivenParts } from './given-parts.js';
import { withPartNames } from './made-parts.js';
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
  if (isUrl(settings.image)) requireDigest(settings.image, settings.sha512);
  else if (!usesReference(settings)) await checkImage(settings.image, cacheDirectory());
}

/** Which image, and who hears about a build that takes minutes. */
export interface ImageRequest {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Opens the image, fetches it where it is a URL, or builds the reference image; it counts as used until
 * this process ends. Throws IMAGE_NOT_FOUND, NOT_AN_IMAGE, IMAGE_DIGEST_MISMATCH, WRONG_ARCH (usage),
 * what `fetchFile` throws, and BUILD_FAILED (infrastructure).
 */
export async function openForRun(request: ImageRequest): Promise<Image> {
  const { settings, signal } = request;
  const image = withPartNames(withReleaseNames(await openOrMake(request)));
  requireArch(image);
  await holdInUse(cacheDirectory(), image.directory, signal);
  const given = await withGivenParts(image, settings, signal);
  // It comes with all that it could be lent.
  return usesReference(settings) ? given : await lend(given, request);
}

/** A lender that is damaged, or being removed, is no reason to refuse the image. */
async function lend(image: Image, { logger, signal }: ImageRequest): Promise<Image> {
  const options = { cacheDirectory: cacheDirectory(), signal };
  const loan = await findLoan(image, options.cacheDirectory);
  if (!loan) return image;
  const { lender, extras } = loan;
  const what = `${extras.map(({ name }) => name).join(' and ')} of ${lender.descriptor.name}`;
  try {
    await holdInUse(options.cacheDirectory, lender.directory, signal);
    const complete = await takeLoan(image, loan, options);
    logger.info(`lent for suites that use them: ${what}`);
    return complete;
  } catch (thrown) {
    signal.throwIfAborted();
    logger.warn(`${what} can't be lent: ${toError(thrown).message}`);
    return image;
  }
}

async function openOrMake(request: ImageRequest): Promise<Image> {
  const { settings, logger, signal } = request;
  const { image, sha256, sha512 } = settings;
  if (usesReference(settings)) return await buildReference(request);
  const options = { cacheDirectory: cacheDirectory(), signal };
  if (!isUrl(image)) return await openImage(image, { ...options, ...defined({ sha256, sha512 }) });
  // Half as much code as all the rest of a run.
  const { fetchFromUrl } = await import('./fetch-from-url.js');
  const log = (line: string) => logger.info(line);
  const fetched = await fetchFromUrl({ url: image, sha512, ...options, log });
  const disk = join(fetched.directory, fetched.descriptor.disk.file);
  await verifyWanted(disk, { ...options, ...defined({ sha256 }) });
  return fetched;
}

async function buildReference({ settings, logger, signal }: ImageRequest): Promise<Image> {
  const { sha256, sha512, mirror } = settings;
  const log = (line: string) => logger.info(line);
  const cacheDir = cacheDirectory();
  const built = await buildReferenceImage({ cacheDir, signal, log, ...defined({ mirror }) });
  const { sha256: digest, file } = built.descriptor.disk;
  if (sha256 !== undefined && sha256 !== digest) {
    const text = `the reference image has SHA-256 ${digest}, not ${sha256}`;
    throw new UsageError(
      'IMAGE_DIGEST_MISMATCH',
      `${text}; leave --sha256 out or give that digest`,
    );
  }
  const options = { cacheDirectory: cacheDir, signal, ...defined({ sha512 }) };
  await verifyWanted(join(built.directory, file), options);
  return built;
}
