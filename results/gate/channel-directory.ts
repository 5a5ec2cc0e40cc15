/**
 * Channels as directories, which an update server offers to machines. A release and the record of its
 * promotion lie together, and one rename makes both true.
 */

import { existsSync } from 'node:fs';
import { mkdir, open, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { toError, UsageError } from '../../harness/base/errors.js';
import { type ChannelRelease, channelLayout } from '../../harness/model/channel-layout.js';
import { writeWhole } from '../record-file.js';
import { canonicalJson } from './canonical-json.js';
import { parseEnvelope } from './envelope.js';
import { type Publication, type Published, type Publisher, requireCurrent } from './publisher.js';

const releaseSchema: z.ZodType<ChannelRelease> = z.strictObject({
  version: z.string().min(1),
  images: z.array(
    z.strictObject({ arch: z.string(), sha256: z.string(), payloadSha256: z.string() }),
  ),
});

/** The publisher of a directory of channels. */
export function channelDirectory(root: string): Publisher {
  return {
    current: async (channel) => await readCurrent(join(root, channel)),
    publish: async (channel, publication) => {
      requirePayloads(root, publication.release);
      await publish(channel, join(root, channel), publication);
    },
  };
}

async function readCurrent(directory: string): Promise<Published | undefined> {
  const target = await readlink(join(directory, channelLayout.current)).catch(() => undefined);
  if (target === undefined) return undefined;
  const place = join(directory, target);
  const record = join(place, channelLayout.record);
  try {
    const release = releaseSchema.parse(
      JSON.parse(await readFile(join(place, channelLayout.release), 'utf8')),
    );
    return { release, record: parseEnvelope(await readFile(record, 'utf8'), record) };
  } catch (thrown) {
    throw new UsageError('BROKEN_CHANNEL', `${place}: ${toError(thrown).message}`);
  }
}

/** Who keeps payloads here keeps all of them: a channel without its payload offers nothing. */
function requirePayloads(root: string, { version, images }: ChannelRelease): void {
  const folder = join(root, channelLayout.payloads);
  if (!existsSync(folder)) return;
  const missing = images.find(({ payloadSha256 }) => !existsSync(join(folder, payloadSha256)));
  if (missing === undefined) return;
  const path = join(folder, missing.payloadSha256);
  const seen = `the payload of ${version} on ${missing.arch} is not at ${path}`;
  throw new UsageError('PAYLOAD_MISSING', `${seen}; put it there with yard gate payload FILE`);
}

async function publish(
  channel: string,
  directory: string,
  { release, record, replaces }: Publication,
): Promise<void> {
  const name = `${channelLayout.releases}/${release.version}`;
  const place = join(directory, name);
  await mkdir(place, { recursive: true });
  await writeWhole(join(place, channelLayout.release), `${canonicalJson(release)}\n`);
  await writeWhole(join(place, channelLayout.record), `${JSON.stringify(record)}\n`);
  const current = (await readCurrent(directory))?.release.version;
  if (current !== release.version) requireCurrent(channel, current, replaces);
  // Of the same name every time: what a promoter left that died is in nobody's way.
  const next = join(directory, '.current');
  await rm(next, { force: true });
  await symlink(name, next);
  await rename(next, join(directory, channelLayout.current));
  await syncDirectory(directory);
}

/** The ledger must not know of a rename that a power cut takes back. */
async function syncDirectory(directory: string): Promise<void> {
  await using handle = await open(directory, 'r');
  await handle.sync();
}
