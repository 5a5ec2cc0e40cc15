/**
 * Channels and packages as a Nebraska instance has them. A channel is for one architecture; those that
 * users know by one name are several.
 */

import { z } from 'zod';
import { UsageError } from '../../../harness/base/errors.js';
import type { ChannelImage, ChannelRelease } from '../../../harness/model/channel-layout.js';
import type { NebraskaApi } from './api.js';

/** An application of an instance; `path` is that of its resources. */
export interface NebraskaApp {
  readonly api: NebraskaApi;
  readonly path: string;
}

const packageShape = z.object({
  id: z.string().min(1),
  version: z.string(),
  arch: z.int(),
  flatcar_action: z.object({ sha256: z.string() }).nullable(),
});
export type NebraskaPackage = z.infer<typeof packageShape>;

/** As much of a channel as must be given back when it is changed, and what it points to. */
export const channelShape = z.object({
  id: z.string().min(1),
  name: z.string(),
  color: z.string(),
  application_id: z.string(),
  package_id: z.string().nullable(),
  package: packageShape.nullable(),
  arch: z.int(),
});
export type NebraskaChannel = z.infer<typeof channelShape>;

const channelPage = z
  .object({ totalCount: z.int().min(0), channels: z.array(channelShape).nullable() })
  .transform(({ totalCount, channels }) => ({ total: totalCount, entries: channels ?? [] }));

const packagePage = z
  .object({ totalCount: z.int().min(0), packages: z.array(packageShape).nullable() })
  .transform(({ totalCount, packages }) => ({ total: totalCount, entries: packages ?? [] }));

/** Source: flatcar/nebraska, backend/pkg/api/internal/types/arch.go. */
const archNumbers: Readonly<Record<string, number>> = { amd64: 1, arm64: 2 };

/** The channels of this name. Throws NO_CHANNEL (usage) for none, and what the API throws. */
export async function channelsNamed(
  { api, path }: NebraskaApp,
  name: string,
): Promise<readonly NebraskaChannel[]> {
  const all = await api.all({ path: `${path}/channels` }, channelPage);
  const found = all.filter((one) => one.name === name);
  if (found.length > 0) return found;
  const names = [...new Set(all.map((one) => one.name))].join(', ') || 'none';
  throw new UsageError('NO_CHANNEL', `the instance has no channel ${name}; it has: ${names}`);
}

/** The channel for an architecture. Throws NO_CHANNEL (usage). */
export function channelFor(channels: readonly NebraskaChannel[], arch: string): NebraskaChannel {
  const own = channels.find((one) => one.arch === archNumbers[arch]);
  if (own !== undefined) return own;
  const name = channels[0]?.name ?? '';
  throw new UsageError('NO_CHANNEL', `the instance has no channel ${name} for ${arch}`);
}

/**
 * The package of a release, with the payload that was judged. Throws NO_PACKAGE and WRONG_PAYLOAD
 * (usage), and what the API throws.
 */
export async function packageOf(
  { api, path }: NebraskaApp,
  version: string,
  { arch, payloadSha256 }: ChannelImage,
): Promise<NebraskaPackage> {
  const query = { searchVersion: version };
  const all = await api.all({ path: `${path}/packages`, query }, packagePage);
  // The server searches for parts.
  const own = all.find((one) => one.version === version && one.arch === archNumbers[arch]);
  if (own === undefined) {
    const seen = `the instance has no package ${version} for ${arch}`;
    throw new UsageError('NO_PACKAGE', `${seen}; add it there first`);
  }
  const seen = payloadOf(own);
  if (seen === payloadSha256) return own;
  const says = `the package ${version} for ${arch} has the payload ${seen ?? 'of no digest'}`;
  throw new UsageError('WRONG_PAYLOAD', `${says}, and ${payloadSha256} was judged`);
}

/** Whether the channel for an image has this release, down to the payload. */
export function hasImage(
  channels: readonly NebraskaChannel[],
  { version }: ChannelRelease,
  image: ChannelImage,
): boolean {
  const own = channels.find(({ arch }) => arch === archNumbers[image.arch])?.package;
  return own?.version === version && payloadOf(own) === image.payloadSha256;
}

function payloadOf({ flatcar_action: action }: NebraskaPackage): string | undefined {
  return action ? Buffer.from(action.sha256, 'base64').toString('hex') : undefined;
}
