/**
 * What comes beside an image's disk: that of the reference image is made here when a suite that needs it is
 * going to run; that of a release is fetched with it.
 */

import { dirname } from 'node:path';
import { type MadePartName, madeParts } from '../../images/releases/made-parts.js';
import { holdInUse } from '../../images/store/in-use.js';
import { defined } from '../base/errors.js';
import { cacheDirectory } from '../base/run-dir.js';
import type { Image, ImageExtra } from '../model/image.js';
import { withCapabilities, withExtras } from './extend-image.js';
import { type ReleaseRequest, referenceId } from './releases.js';

const partNames = Object.keys(madeParts) as MadePartName[];

/** The image, with what can be made for it among its capabilities. */
export function withPartNames(image: Image): Image {
  if (image.descriptor.osId !== referenceId) return image;
  return withCapabilities(image, partNames.flatMap(wordsOf));
}

/** The image with what the suites need of it, unless it has that. Throws BUILD_FAILED (infrastructure). */
export async function withParts(request: ReleaseRequest): Promise<Image> {
  let { image } = request;
  if (image.descriptor.osId !== referenceId) return image;
  const needs = new Set(request.suites.flatMap(({ applies }) => applies.needs ?? []));
  for (const name of partNames) {
    const isNeeded = wordsOf(name).some((word) => needs.has(word) && lacks(image, name, word));
    if (isNeeded) image = withMissing(image, await make(name, request));
  }
  return image;
}

/** What an image came with is what is to be seen of it, whatever can be made. */
function withMissing(image: Image, made: readonly ImageExtra[]): Image {
  const own = new Set(namesOf(image));
  return withExtras(
    image,
    made.filter(({ name }) => !own.has(name)),
  );
}

function namesOf({ descriptor }: Image): readonly string[] {
  return descriptor.extras.map(({ name }) => name);
}

/** What suites need, each of them, that need this part. */
function wordsOf(part: MadePartName): readonly string[] {
  const { files, gives } = madeParts[part];
  return [...gives, ...Object.keys(files).map((name) => `extra:${name}`)];
}

/** One file, or, for what a part gives as a whole, any of them. */
function lacks(image: Image, part: MadePartName, word: string): boolean {
  const files = Object.keys(madeParts[part].files);
  const wanted = files.filter((name) => word === `extra:${name}`);
  const own = namesOf(image);
  return (wanted.length > 0 ? wanted : files).some((name) => !own.includes(name));
}

/** Most runs need none, and what builds takes its time to load. */
async function make(name: MadePartName, request: ReleaseRequest): Promise<readonly ImageExtra[]> {
  const { image, settings, logger, signal } = request;
  const { buildPart } = await import('../../images/releases/build-part.js');
  const { channel, version } = image.descriptor;
  const log = (line: string) => logger.info(line);
  const options = { cacheDir: cacheDirectory(), signal, log, channel, version };
  const made = await buildPart(name, { ...options, ...defined({ mirror: settings.mirror }) });
  const [first] = made;
  if (first) await holdInUse(cacheDirectory(), dirname(first.file), signal);
  return made;
}
