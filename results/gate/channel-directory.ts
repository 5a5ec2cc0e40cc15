/**
 * Channels as directories, which an update server reads: `current` leads to the release that the
 * channel has. A release and the record of its promotion lie together, and one rename makes both
 * true.
 */

import { mkdir, open, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { toError, UsageError } from '../../harness/base/errors.js';
import { writeWhole } from '../record-file.js';
import { canonicalJson } from './canonical-json.js';
import { type Envelope, parseEnvelope } from './envelope.js';

const releaseSchema = z.strictObject({
  version: z.string().min(1),
  images: z
    .array(z.strictObject({ arch: z.string(), sha256: z.string(), payloadSha256: z.string() }))
    .readonly(),
});

/** What a channel has; the payload lies elsewhere, by its digest. */
export type ChannelRelease = z.infer<typeof releaseSchema>;

/** A release in its channel, and the ledger's entry that put it there. */
export interface Published {
  readonly release: ChannelRelease;
  readonly record: Envelope;
}

/** Where promotions become true. A second kind is an update server's own interface. */
export interface Publisher {
  /** What a channel has now; undefined when it never had anything. */
  current(channel: string): Promise<Published | undefined>;
  /** Makes the channel have it, wholly or not at all. Doing it twice is doing it once. */
  publish(channel: string, published: Published): Promise<void>;
}

/** The publisher of a directory of channels. */
export function channelDirectory(root: string): Publisher {
  return {
    current: async (channel) => await readCurrent(join(root, channel)),
    publish: async (channel, published) => await publish(join(root, channel), published),
  };
}

async function readCurrent(directory: string): Promise<Published | undefined> {
  const target = await readlink(join(directory, 'current')).catch(() => undefined);
  if (target === undefined) return undefined;
  const place = join(directory, target);
  try {
    const release = releaseSchema.parse(
      JSON.parse(await readFile(join(place, 'release.json'), 'utf8')),
    );
    const record = await readFile(join(place, 'record.json'), 'utf8');
    return { release, record: parseEnvelope(record, join(place, 'record.json')) };
  } catch (thrown) {
    throw new UsageError('BROKEN_CHANNEL', `${place}: ${toError(thrown).message}`);
  }
}

async function publish(directory: string, { release, record }: Published): Promise<void> {
  const name = `releases/${release.version}`;
  const place = join(directory, name);
  await mkdir(place, { recursive: true });
  await writeWhole(join(place, 'release.json'), `${canonicalJson(release)}\n`);
  await writeWhole(join(place, 'record.json'), `${JSON.stringify(record)}\n`);
  // Of the same name every time: what a promoter left that died is in nobody's way.
  const next = join(directory, '.current');
  await rm(next, { force: true });
  await symlink(name, next);
  await rename(next, join(directory, 'current'));
  await syncDirectory(directory);
}

/** The ledger must not know of a rename that a power cut takes back. */
async function syncDirectory(directory: string): Promise<void> {
  await using handle = await open(directory, 'r');
  await handle.sync();
}
