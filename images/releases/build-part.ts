/**
 * Makes what comes beside the reference system's disk, and keeps it in the cache with the releases.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageExtra } from '../../harness/model/image.js';
import { artifactFile, openArtifact } from '../artifact.js';
import { builderSource, openBuild, runImageStep } from '../reference/build.js';
import { buildKeys } from '../reference/build-keys.js';
import { type BuildOptions, imageSettings, shortDigest } from '../reference/build-options.js';
import { describeFile } from '../reference/make-descriptor.js';
import { type MadePartName, madeParts } from './made-parts.js';
import { makeOnce, resultDirectory } from './make-once.js';

/** To be counted up when the same sources become other files. */
const partWriter = 1;

/**
 * Returns its files from the cache, with absolute paths, or makes them: a minute. Throws BUILD_FAILED
 * (infrastructure) or the signal's reason.
 */
export async function buildPart(
  name: MadePartName,
  options: BuildOptions,
): Promise<readonly ImageExtra[]> {
  const { cacheDir, signal } = options;
  const { describes, output } = madeParts[name];
  const { beside } = buildKeys(builderSource(), imageSettings(options));
  const target = join(cacheDir, 'releases', `${name}-${shortDigest(partWriter, beside)}`);
  await makeOnce({ target, file: artifactFile, signal }, async (work) => {
    options.log(`making ${describes}`);
    await using build = await openBuild(options);
    const step = { output, target: join(work, resultDirectory) };
    const { version } = build.settings;
    await runImageStep(build, step, async (partial) => await describe(partial, name, version));
  });
  return (await openArtifact(target, { cacheDirectory: cacheDir, signal })).files;
}

async function describe(directory: string, part: MadePartName, version: string): Promise<void> {
  const files: ImageExtra[] = [];
  for (const [name, file] of Object.entries(madeParts[part].files)) {
    files.push({ ...(await describeFile(directory, file)), name, type: 'file' });
  }
  const list = { name: part, version, files };
  await writeFile(join(directory, artifactFile), `${JSON.stringify(list, null, 2)}\n`);
}
