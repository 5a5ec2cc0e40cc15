/**
 * Under which names the results of a build are cached. A key changes when, and only when, something
 * changes that the result is made of; for the image itself that is every source of the builder.
 */

import { type ImageSettings, shortDigest } from './build-options.js';
import { sharedSettings } from './image-settings-files.js';
import { filesAt, readSource, readSources, type Sources, sourceDigest } from './source-digest.js';

const agentSources: readonly string[] = ['agent', 'steps/agent.sh'];

/** What the staged tree is made of, besides the package trees; relative to the sources. */
export const stageSources: readonly string[] = [
  'root',
  'sysext',
  ...agentSources,
  'steps/stage.sh',
  'steps/stage',
  'initrd/upstream-units.txt',
  'steps/common.sh',
  'steps/oci.sh',
  'steps/links.txt',
  'steps/remove.txt',
  'steps/unwanted.txt',
  'steps/unwanted-etc.txt',
  'steps/licences.awk',
];

/** What only is made of that comes beside the disk: no change of it makes another disk. */
const besideSources: readonly string[] = ['live', 'secure', 'selinux'].flatMap((name) => [
  name,
  `steps/${name}.sh`,
]);

/** Digests that tell the results of one build from those of another. */
export interface BuildKeys {
  /** Of what shapes the trees of packages, besides the lists of them. */
  readonly hook: string;
  /** Of what the update agent is made of. */
  readonly agent: string;
  /** Of what shapes the staged tree, besides the tree of packages. */
  readonly stage: string;
  /** Of everything that a disk is made of: sources and settings. */
  readonly image: string;
  /** The same of what comes beside it. */
  readonly beside: string;
}

const hookSources = ['os-hook', 'toolbox-hook', 'fetch'].map((name) => `steps/${name}.sh`);

/** The first of the keys by itself: it is asked for at each start, and all sources are many. */
export function hookKey(source: string): string {
  return hookOf(new Map(hookSources.map((file) => [file, readSource(source, file)])));
}

function hookOf(sources: Sources): string {
  return sourceDigest(sources, hookSources);
}

/** The keys of a build from the sources in `source`, the directory of the builder. */
export function buildKeys(source: string, settings: ImageSettings): BuildKeys {
  const sources = readSources(source);
  const all = [...sources.keys()];
  const beside = filesAt(sources, besideSources);
  const ofDisk = all.filter((file) => !beside.includes(file));
  return {
    hook: hookOf(sources),
    agent: sourceDigest(sources, filesAt(sources, agentSources)),
    stage: shortDigest(sourceDigest(sources, filesAt(sources, stageSources)), sharedSettings),
    image: shortDigest(sourceDigest(sources, ofDisk), settings),
    beside: shortDigest(sourceDigest(sources, all), settings),
  };
}
