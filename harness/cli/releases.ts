/**
 * The releases that a run's suites update to. Those that follow the reference image are made here when
 * a suite that needs one is going to run; the first time that takes a minute each.
 */

import { dirname } from 'node:path';
import type { ReleaseOptions } from '../../images/releases/build-release.js';
import { releaseRecipes } from '../../images/releases/recipes.js';
import { holdInUse } from '../../images/store/in-use.js';
import type { Logger } from '../base/logger.js';
import { cacheDirectory } from '../base/run-dir.js';
import type { Image } from '../model/image.js';
import type { Suite } from '../model/suite.js';
import type { UpdateRelease } from '../model/updates.js';
import { withCapabilities } from './extend-image.js';
import type { Settings } from './settings.js';

/** What a suite's need for a release begins with. */
const prefix = 'release:';

/** The reference image's `ID`; its releases update no other system. */
export const referenceId = 'switchyard';

/** The image, with the releases that can be had for it among its capabilities. */
export function withReleaseNames(image: Image): Image {
  if (image.descriptor.osId !== referenceId) return image;
  const names = Object.keys(releaseRecipes).map((name) => `${prefix}${name}`);
  return withCapabilities(image, names);
}

/** What is about to run. */
export interface ReleaseRequest {
  readonly suites: readonly Suite[];
  readonly image: Image;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** The image with the releases that the suites need, besides those that it has. Throws BUILD_FAILED (infrastructure). */
export async function withReleases(request: ReleaseRequest): Promise<Image> {
  const { image, suites, settings, logger, signal } = request;
  const { mirror } = settings;
  const log = (line: string) => logger.info(line);
  const options = { cacheDir: cacheDirectory(), signal, log, ...(mirror ? { mirror } : {}) };
  const releases = new Map<string, UpdateRelease>();
  for (const name of namesNeeded(suites, image)) {
    const release = image.releases?.get(name) ?? (await makeRelease(name, options));
    await holdInUse(cacheDirectory(), dirname(release.payload.path), signal);
    releases.set(name, release);
  }
  return releases.size === 0 ? image : { ...image, releases };
}

/** Most runs update nothing, and what writes payloads takes its time to load. */
async function makeRelease(name: string, options: ReleaseOptions): Promise<UpdateRelease> {
  const { buildRelease } = await import('../../images/releases/build-release.js');
  return await buildRelease(name, options);
}

function namesNeeded(suites: readonly Suite[], { descriptor }: Image): ReadonlySet<string> {
  const needs = suites.flatMap(({ applies }) => applies.needs ?? []);
  const offered = needs.filter((need) => descriptor.capabilities.includes(need));
  const names = offered.filter((need) => need.startsWith(prefix));
  return new Set(names.map((name) => name.slice(prefix.length)));
}
