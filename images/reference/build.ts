/**
 * What all builds of the reference system share: package trees, then the staged tree that all variants
 * share, then one step that makes a disk or a slot of it. One build at a time uses the directory.
 */

import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { holdLock } from '../../harness/base/lock.js';
import { projectRoot } from '../../harness/base/project-root.js';
import { buildKeys, hookKey } from './build-keys.js';
import { type BuildOptions, type BuildOutput, imageSettings } from './build-options.js';
import {
  builderDirectory,
  builderLock,
  partialOf,
  removePartials,
  withPartials,
} from './partials.js';
import { copyEdited } from './source-edits.js';
import { ensureStage, type StageContext } from './stage.js';
import { runInToolbox } from './toolbox.js';
import { type Trees, treesIn } from './trees.js';
import { makeWork, workMounts } from './work-directory.js';

/** A build that has the directory to itself until it is disposed of. */
export interface Build extends StageContext, AsyncDisposable {}

/** Waits for other processes that build. Throws what the lock throws. */
export async function openBuild(options: BuildOptions): Promise<Build> {
  const { cacheDir, signal, log, mirror } = options;
  const source = builderSource();
  const directory = builderDirectory(cacheDir);
  const settings = imageSettings(options);
  await mkdir(directory, { recursive: true });
  const onWait = () => log('another process is building; waiting for it');
  const lock = await holdLock(builderLock(directory), { signal, onWait });
  const keys = buildKeys(source, settings);
  const dispose = async () => await lock[Symbol.asyncDispose]();
  return { directory, source, mirror, log, signal, settings, keys, [Symbol.asyncDispose]: dispose };
}

/** Whether Debian's packages still have to be installed, by mmdebstrap, before anything can be made. */
export function needsPackages(cacheDir: string): boolean {
  const { os, toolbox } = treesIn(builderDirectory(cacheDir), hookKey(builderSource()));
  return !existsSync(os) || !existsSync(toolbox);
}

/** The builder's own files. */
export function builderSource(): string {
  return join(projectRoot(), 'images', 'reference');
}

/** What the last step makes, and where it goes when it is complete. */
export interface ImageStep {
  readonly output: BuildOutput;
  readonly target: string;
}

/** `finish` adds to the directory before it is renamed. Throws BUILD_FAILED (infrastructure). */
export async function runImageStep(
  build: Build,
  { output, target }: ImageStep,
  finish: (partial: string, trees: Trees) => Promise<void>,
): Promise<void> {
  const { directory, signal, keys } = build;
  await removePartials(directory, signal);
  const { trees, stage } = await ensureStage(build);
  const partial = partialOf(join(directory, `${output}-${keys.image}`));
  const work = partialOf(join(directory, 'work'));
  await withPartials([work, partial], async () => {
    await makeWork(work, build.settings, output);
    await mkdir(partial, { recursive: true });
    await runInToolbox({
      toolbox: trees.toolbox,
      script: 'steps/image.sh',
      mounts: { ...workMounts(work), source: await sourcesOf(build, work), stage, out: partial },
      logFile: join(directory, `image-${keys.image}.log`),
      signal,
    });
    await finish(partial, trees);
    await mkdir(dirname(target), { recursive: true });
    await rename(partial, target);
  });
}

/** The sources, or a copy with what the variant changes in them. */
async function sourcesOf({ source, settings }: Build, work: string): Promise<string> {
  const { sourceEdits } = settings.variant;
  if (sourceEdits === undefined) return source;
  const edited = join(work, 'source');
  await copyEdited(source, edited, sourceEdits);
  return edited;
}
