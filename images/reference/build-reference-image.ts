/**
 * Builds the reference image into the cache. Each result is content-addressed, made in a temporary
 * directory and renamed when it is complete.
 */

import { existsSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Image } from '../../harness/model/image.js';
import { descriptorFile, readDescriptor } from '../descriptor-file.js';
import { type Build, builderSource, openBuild, runImageStep } from './build.js';
import { buildKeys } from './build-keys.js';
import { type BuildOptions, imageSettings } from './build-options.js';
import { keepBuildTime } from './build-time.js';
import { makeDescriptor, versionText } from './make-descriptor.js';

/**
 * Returns the image from the cache, or builds it: minutes the first time, seconds for a variant of
 * an image that was built before. Throws BUILD_FAILED (infrastructure), MISSING_PACKAGES (usage), or
 * the signal's reason.
 */
export async function buildReferenceImage(options: BuildOptions): Promise<Image> {
  const { image } = buildKeys(builderSource(), imageSettings(options));
  const kept = placeOf(options.cacheDir, image);
  // Nobody who has it waits for those who build something else.
  const directory = isComplete(kept) ? kept : await ensureImage(options);
  return { directory, descriptor: await readDescriptor(directory) };
}

/** Whether the image without a variant is in the cache. */
export function isImageBuilt(cacheDir: string): boolean {
  const { image } = buildKeys(builderSource(), imageSettings({}));
  return isComplete(placeOf(cacheDir, image));
}

/** Another process may have built it while this one waited. */
async function ensureImage(options: BuildOptions): Promise<string> {
  await using build = await openBuild(options);
  const target = placeOf(options.cacheDir, build.keys.image);
  if (!isComplete(target)) await makeImage(build, target);
  return target;
}

function placeOf(cacheDir: string, key: string): string {
  return join(cacheDir, 'images', `reference-${key}`);
}

function isComplete(directory: string): boolean {
  return existsSync(join(directory, descriptorFile));
}

async function makeImage(build: Build, target: string): Promise<void> {
  const { settings, keys } = build;
  const startedMs = Date.now();
  let tree = '';
  build.log(`making the disk of ${settings.variant.name} ${settings.version}`);
  await runImageStep(build, { output: 'disk', target }, async (partial, { os }) => {
    tree = os;
    await copyFile(join(os, '.debs', 'packages'), join(partial, 'packages.tsv'));
    await writeFile(join(partial, 'version.txt'), versionText(settings));
    const descriptor = await makeDescriptor(partial, settings, keys.image);
    await writeFile(join(partial, descriptorFile), `${JSON.stringify(descriptor, null, 2)}\n`);
  });
  await keepBuildTime(build.directory, target, { startedMs, tree });
}
