/**
 * What a step in the toolbox has to itself: the settings of its build, and room for what it makes on the
 * way.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildOutput, ImageSettings } from './build-options.js';
import { writeSettings } from './image-settings-files.js';

/** The parts of the directory `work`, by the mount points that a step sees them at. */
export function workMounts(work: string) {
  const at = (name: string) => join(work, name);
  return { settings: at('settings'), work: at('work'), tmp: at('tmp') };
}

/** Makes them, with the settings written down. */
export async function makeWork(
  work: string,
  settings: ImageSettings,
  output: BuildOutput,
): Promise<void> {
  const mounts = workMounts(work);
  for (const path of Object.values(mounts)) await mkdir(path, { recursive: true });
  await writeSettings(mounts.settings, settings, output);
}
