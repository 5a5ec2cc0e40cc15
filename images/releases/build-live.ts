/**
 * Makes what a machine boots without a disk of the reference system: kernel and archive, as a server hands
 * them out, and a compact disc. They are kept in the cache beside the releases.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageExtra } from '../../harness/model/image.js';
import { artifactFile, openArtifact } from '../artifact.js';
import { builderSource, openBuild, runImageStep } from '../reference/build.js';
import { buildKeys } from '../reference/build-keys.js';
import { type BuildOptions, imageSettings, shortDigest } from '../reference/build-options.js';
import { describeFile } from '../reference/make-descriptor.js';
import { liveFiles } from './live-files.js';
import { makeOnce, resultDirectory } from './make-once.js';

/** To be counted up when the same sources become other files. */
const liveWriter = 1;

/**
 * Returns them from the cache, with absolute paths, or makes them: a minute. Throws BUILD_FAILED
 * (infrastructure) or the signal's reason.
 */
export async function buildLive(options: BuildOptions): Promise<readonly ImageExtra[]> {
  const { cacheDir, signal } = options;
  const { live } = buildKeys(builderSource(), imageSettings(options));
  const target = join(cacheDir, 'releases', `live-${shortDigest(liveWriter, live)}`);
  await makeOnce({ target, file: artifactFile, signal }, async (work) => {
    options.log('making what boots without a disk: kernel, archive and compact disc');
    await using build = await openBuild(options);
    const step = { output: 'live', target: join(work, resultDirectory) } as const;
    const { version } = build.settings;
    await runImageStep(build, step, async (partial) => await describe(partial, version));
  });
  return (await openArtifact(target, { cacheDirectory: cacheDir, signal })).files;
}

async function describe(directory: string, version: string): Promise<void> {
  const files: ImageExtra[] = [];
  for (const [name, file] of Object.entries(liveFiles)) {
    files.push({ ...(await describeFile(directory, file)), name, type: 'file' });
  }
  const list = { name: 'live', version, files };
  await writeFile(join(directory, artifactFile), `${JSON.stringify(list, null, 2)}\n`);
}
