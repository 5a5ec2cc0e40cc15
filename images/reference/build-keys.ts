/**
 * Under which names the results of a build are cached. A key changes when, and only when, something
 * changes that the result is made of; for the image itself that is every source of the builder.
 */

import { type ImageSettings, shortDigest } from './build-options.js';
import { sharedSettings } from './image-settings-files.js';
import { sourceDigest } from './source-digest.js';

/** What the staged tree is made of, besides the package trees; relative to the sources. */
export const stageSources: readonly string[] = [
  'root',
  'sysext',
  'agent',
  'steps/agent.sh',
  'steps/stage.sh',
  'initrd/upstream-units.txt',
  'steps/common.sh',
  'steps/oci.sh',
  'steps/links.txt',
  'steps/remove.txt',
  'steps/unwanted.txt',
  'steps/unwanted-etc.txt',
  'steps/licences.awk',
];

/** Digests that tell the results of one build from those of another. */
export interface BuildKeys {
  /** Of what shapes the tree of packages, besides the list of them. */
  readonly hook: string;
  /** Of what shapes the staged tree, besides the tree of packages. */
  readonly stage: string;
  /** Of everything: sources and settings. */
  readonly image: string;
}

/** The first of the keys by itself: it is asked for at each start, and all sources are many. */
export async function hookKey(source: string): Promise<string> {
  return await sourceDigest(source, ['steps/os-hook.sh']);
}

/** The keys of a build from the sources in `source`, the directory of the builder. */
export async function buildKeys(source: string, settings: ImageSettings): Promise<BuildKeys> {
  const stage = await sourceDigest(source, stageSources);
  return {
    hook: await hookKey(source),
    stage: shortDigest(stage, sharedSettings),
    image: shortDigest(await sourceDigest(source, ['.']), settings),
  };
}
