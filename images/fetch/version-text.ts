/**
 * `version.txt` of a release directory, and the order of versions. Pure.
 */

import { defined } from '../../harness/base/errors.js';
import type { Channel } from '../../harness/model/image.js';
import { refused } from './fetch-errors.js';

/** Channels that a server has; the developer's images are on none. */
export type ReleaseChannel = Exclude<Channel, 'developer'>;

export const releaseChannels: readonly ReleaseChannel[] = ['alpha', 'beta', 'stable', 'lts'];

const versionPattern = /^(\d+)\.(\d+)\.(\d+)(?:[-+][\w.+-]+)?$/;

/** Whether it looks like `4593.2.5`, perhaps with a build id. */
export function isVersion(text: string): boolean {
  return versionPattern.test(text);
}

/**
 * The channel that a version's middle number stands for: 0 alpha, 1 beta, 2 stable, 3 LTS (flatcar's
 * RELEASES.md). Undefined for another number.
 */
export function channelOfVersion(version: string): ReleaseChannel | undefined {
  return releaseChannels[Number(versionPattern.exec(version)?.[2])];
}

/** Negative when `a` is older; a build id does not count. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  const differing = left.findIndex((number, at) => number !== right[at]);
  return differing === -1 ? 0 : (left[differing] ?? 0) - (right[differing] ?? 0);
}

function numbersOf(version: string): readonly number[] {
  return (versionPattern.exec(version) ?? []).slice(1, 4).map(Number);
}

/** What `version.txt` says that matters here. */
export interface VersionText {
  readonly version: string;
  readonly buildId?: string;
}

/**
 * Reads shell assignments such as `FLATCAR_VERSION_ID=4593.2.5` (flatcar/scripts, version.txt). Throws
 * BAD_FETCH (usage) when it names no version.
 */
export function parseVersionText(text: string, where: string): VersionText {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const { name, value } =
      /^(?<name>[A-Z_]+)=(?<quote>["']?)(?<value>.*)\k<quote>\s*$/.exec(line)?.groups ?? {};
    if (name !== undefined && value !== undefined) fields.set(name, value);
  }
  const version = fields.get('FLATCAR_VERSION_ID') ?? fields.get('FLATCAR_VERSION');
  if (version !== undefined && isVersion(version)) {
    return defined({ version, buildId: fields.get('FLATCAR_BUILD_ID') }) as VersionText;
  }
  const seen = version === undefined ? 'no FLATCAR_VERSION_ID' : `the version ${version}`;
  const next = 'check that --server has the layout of a release server';
  throw refused(
    'BAD_FETCH',
    `${where} should name a version such as 4593.2.5 and has ${seen}`,
    next,
  );
}
