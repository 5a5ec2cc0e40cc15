/**
 * Builds the reference image into the cache: package trees, then the staged tree that all variants
 * share, then the disk. Each result is content-addressed, made in a temporary directory and renamed
 * when it is complete.
 */

import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { holdLock } from '../../harness/base/lock.js';
import { projectRoot } from '../../harness/base/project-root.js';
import type { Image } from '../../harness/model/image.js';
import { descriptorFile, readDescriptor } from '../descriptor-file.js';
import { buildKeys } from './build-keys.js';
import {
  type BuildOptions,
  type ImageSettings,
  imageSettings,
  shortDigest,
} from './build-options.js';
import { writeSettings } from './image-settings-files.js';
import { makeDescriptor, versionText } from './make-descriptor.js';
import { removeBuilt, runInToolbox } from './toolbox.js';
import { ensureTrees, type TreeContext, type Trees } from './trees.js';

interface Build extends TreeContext {
  readonly settings: ImageSettings;
}

/**
 * Returns the image from the cache, or builds it: minutes the first time, seconds for a variant of
 * an image that was built before. Throws BUILD_FAILED (infrastructure), MISSING_PACKAGES (usage), or
 * the signal's reason.
 */
export async function buildReferenceImage(options: BuildOptions): Promise<Image> {
  const { cacheDir, signal, log, mirror } = options;
  const source = join(projectRoot(), 'images', 'reference');
  const directory = join(cacheDir, 'reference');
  const settings = imageSettings(options);
  await mkdir(directory, { recursive: true });
  const onWait = () => log('another process is building; waiting for it');
  await using _lock = await holdLock(`image builder ${directory}`, { signal, onWait });
  const build: Build = { directory, source, mirror, log, signal, settings };
  const keys = await buildKeys(source, settings);
  const target = join(cacheDir, 'images', `reference-${keys.image}`);
  if (existsSync(join(target, descriptorFile))) return await open(target);
  const trees = await ensureTrees(build, keys.hook);
  const stage = await ensureStage(build, trees, shortDigest(trees.key, keys.stage));
  await makeImage(build, { trees, stage, target, key: keys.image });
  return await open(target);
}

async function open(directory: string): Promise<Image> {
  return { directory, descriptor: await readDescriptor(directory) };
}

async function ensureStage(build: Build, trees: Trees, key: string): Promise<string> {
  const stage = join(build.directory, `stage-${key}`);
  if (existsSync(stage)) return stage;
  build.log('preparing the /usr tree and the extensions');
  const partial = `${stage}.partial`;
  const work = await freshWork(build);
  await removeBuilt(partial, build.signal);
  await mkdir(partial, { recursive: true });
  const mounts = {
    os: trees.os,
    source: build.source,
    stage: partial,
    settings: join(work, 'settings'),
    tmp: join(work, 'tmp'),
  };
  await runInToolbox({
    toolbox: trees.toolbox,
    script: 'steps/stage.sh',
    mounts,
    logFile: `${stage}.log`,
    signal: build.signal,
  });
  await rename(partial, stage);
  return stage;
}

interface ImageParts {
  readonly trees: Trees;
  readonly stage: string;
  readonly target: string;
  readonly key: string;
}

async function makeImage(build: Build, { trees, stage, target, key }: ImageParts): Promise<void> {
  build.log(`making the disk of ${build.settings.variant.name} ${build.settings.version}`);
  const partial = join(build.directory, `image-${key}.partial`);
  const work = await freshWork(build);
  await removeBuilt(partial, build.signal);
  await mkdir(partial, { recursive: true });
  const mounts = {
    source: build.source,
    stage,
    settings: join(work, 'settings'),
    out: partial,
    work: join(work, 'work'),
    tmp: join(work, 'tmp'),
  };
  await runInToolbox({
    toolbox: trees.toolbox,
    script: 'steps/image.sh',
    mounts,
    logFile: join(build.directory, `image-${key}.log`),
    signal: build.signal,
  });
  await copyFile(join(trees.os, '.debs', 'packages'), join(partial, 'packages.tsv'));
  await writeFile(join(partial, 'version.txt'), versionText(build.settings));
  const descriptor = await makeDescriptor(partial, build.settings, key);
  await writeFile(join(partial, descriptorFile), `${JSON.stringify(descriptor, null, 2)}\n`);
  await mkdir(dirname(target), { recursive: true });
  await rename(partial, target);
  await removeBuilt(work, build.signal);
}

async function freshWork(build: Build): Promise<string> {
  const work = join(build.directory, 'work');
  await removeBuilt(work, build.signal);
  for (const name of ['settings', 'tmp', 'work'])
    await mkdir(join(work, name), { recursive: true });
  await writeSettings(join(work, 'settings'), build.settings);
  return work;
}
