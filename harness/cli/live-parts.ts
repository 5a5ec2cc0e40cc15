/**
 * What machines boot without a disk. That of the reference image is made here when a suite that needs it
 * is going to run; that of a release is fetched with it.
 */

import { dirname } from 'node:path';
import { liveFiles } from '../../images/releases/live-files.js';
import { holdInUse } from '../../images/store/in-use.js';
import { defined } from '../base/errors.js';
import { cacheDirectory } from '../base/run-dir.js';
import type { Image, ImageExtra } from '../model/image.js';
import { type ReleaseRequest, referenceId } from './releases.js';

/** The extras that can be made. */
const madeHere: readonly string[] = Object.keys(liveFiles);

const needOf = (name: string) => `extra:${name}`;

/** The image, with what can be made for it among its capabilities. */
export function withLiveNames(image: Image): Image {
  const { descriptor } = image;
  if (descriptor.osId !== referenceId) return image;
  const capabilities = [...new Set([...descriptor.capabilities, ...madeHere.map(needOf)])];
  return { ...image, descriptor: { ...descriptor, capabilities } };
}

/** The image with what the suites need of it, unless it has that. Throws BUILD_FAILED (infrastructure). */
export async function withLiveParts(request: ReleaseRequest): Promise<Image> {
  const { image, suites } = request;
  const { descriptor } = image;
  const needs = new Set(suites.flatMap(({ applies }) => applies.needs ?? []));
  const lacking = madeHere.filter((name) => {
    return needs.has(needOf(name)) && !descriptor.extras.some((one) => one.name === name);
  });
  if (descriptor.osId !== referenceId || lacking.length === 0) return image;
  return withExtras(image, await makeLive(request));
}

/** The image with these in place of those of the same names. */
export function withExtras({ descriptor, ...image }: Image, made: readonly ImageExtra[]): Image {
  const others = descriptor.extras.filter(({ name }) => !made.some((one) => one.name === name));
  return { ...image, descriptor: { ...descriptor, extras: [...others, ...made] } };
}

/** Most runs need none, and what builds takes its time to load. */
async function makeLive(request: ReleaseRequest): Promise<readonly ImageExtra[]> {
  const { image, settings, logger, signal } = request;
  const { buildLive } = await import('../../images/releases/build-live.js');
  const { channel, version } = image.descriptor;
  const log = (line: string) => logger.info(line);
  const options = { cacheDir: cacheDirectory(), signal, log, channel, version };
  const made = await buildLive({ ...options, ...defined({ mirror: settings.mirror }) });
  const [first] = made;
  if (first) await holdInUse(cacheDirectory(), dirname(first.file), signal);
  return made;
}
