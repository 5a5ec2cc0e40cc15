/**
 * What all variants of an image are made of: the package trees, the update agent, and the staged tree. Each
 * is made once and kept in the cache under a key of what it is made of.
 */

import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { BuildKeys } from './build-keys.js';
import { type ImageSettings, shortDigest } from './build-options.js';
import { partialOf, withPartials } from './partials.js';
import { runInToolbox } from './toolbox.js';
import { ensureTrees, type TreeContext, type Trees, treesIn } from './trees.js';
import { makeWork, workMounts } from './work-directory.js';

/** What making them needs to know. */
export interface StageContext extends TreeContext {
  readonly settings: ImageSettings;
  readonly keys: BuildKeys;
}

/** Where they are. */
export interface Stage {
  readonly trees: Trees;
  readonly stage: string;
}

/** A directory that one script makes in the toolbox, of what it is given at its mount points. */
interface KeptStep {
  readonly toolbox: string;
  readonly path: string;
  readonly script: string;
  /** Mount point of the directory that it fills. */
  readonly fills: string;
  readonly mounts: Readonly<Record<string, string>>;
}

/**
 * Makes what is not kept. Compiling the agent needs the tools alone, and is done when the packages of the
 * operating system are installed. Throws BUILD_FAILED (infrastructure).
 */
export async function ensureStage(context: StageContext): Promise<Stage> {
  const { directory, keys } = context;
  const { key, toolbox } = treesIn(directory, keys.hook);
  const agent = join(directory, `agent-${shortDigest(basename(toolbox), keys.agent)}`);
  const stage = join(directory, `stage-${shortDigest(key, keys.stage)}`);
  const trees = await ensureTrees(context, keys.hook, async (_toolbox, signal) => {
    if (!existsSync(stage) && !existsSync(agent)) {
      const step = { toolbox, path: agent, script: 'steps/agent.sh', fills: 'agent', mounts: {} };
      await makeInToolbox({ ...context, signal }, step);
    }
  });
  if (!existsSync(stage)) {
    context.log('preparing the /usr tree and the extensions');
    const mounts = { os: trees.os, agent };
    const step = { toolbox, path: stage, script: 'steps/stage.sh', fills: 'stage', mounts };
    await makeInToolbox(context, step);
  }
  return { trees, stage };
}

async function makeInToolbox(context: StageContext, step: KeptStep): Promise<void> {
  const { path, toolbox, script } = step;
  const partial = partialOf(path);
  const work = partialOf(join(context.directory, 'work'));
  await withPartials([work, partial], async () => {
    await makeWork(work, context.settings, 'disk');
    const { settings, tmp } = workMounts(work);
    await mkdir(partial, { recursive: true });
    await runInToolbox({
      toolbox,
      script,
      mounts: { ...step.mounts, source: context.source, [step.fills]: partial, settings, tmp },
      logFile: `${path}.log`,
      signal: context.signal,
    });
    await rename(partial, path);
  });
}
