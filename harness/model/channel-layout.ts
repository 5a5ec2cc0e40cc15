/**
 * How channels lie in a directory: `CHANNEL/current` leads to a release's directory, whose
 * `release.json` says what the channel has; payloads lie in `payloads/` by their digest. The gate
 * writes it, and an update server offers it to machines.
 */

/** Names of files and folders; `release` and `record` are in the directory of a release. */
export const channelLayout = {
  current: 'current',
  releases: 'releases',
  release: 'release.json',
  record: 'record.json',
  payloads: 'payloads',
} as const;

/** One architecture's part of a release; digests are SHA-256, lower-case hexadecimal. */
export interface ChannelImage {
  readonly arch: string;
  readonly sha256: string;
  readonly payloadSha256: string;
}

/** The contents of `release.json`. */
export interface ChannelRelease {
  readonly version: string;
  readonly images: readonly ChannelImage[];
}

/** Whether it may be the name of a channel: machines say theirs, and it becomes part of a path. */
export function isChannelName(name: string): boolean {
  return /^[a-z0-9][a-z0-9-]*$/.test(name);
}
