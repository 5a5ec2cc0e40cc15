/**
 * Channels as directories, which an update server offers to machines. A release and the record of its
 * promotion lie together, and one rename makes both true.
 */

import { existsSync } from 'node:fs';
import { mkdir, readFile, readlink, realpath, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { toError, UsageError } from '../../harness/base/errors.js';
import { sha256OfFile } from '../../harness/base/hash-file.js';
import { holdLock } from '../../harness/base/lock.js';
import { syncPath } from '../../harness/base/sync-files.js';
import { type ChannelRelease, channelLayout } from '../../harness/model/channel-layout.js';
import { writeWhole } from '../record-file.js';
import { canonicalJson } from './canonical-json.js';
import { digestOfEnvelope } from './chain.js';
import { type Envelope, parseEnvelope } from './envelope.js';
import { type Publication, type Published, type Publisher, requireCurrent } from './publisher.js';

const releaseSchema: z.ZodType<ChannelRelease> = z.strictObject({
  version: z.string().min(1),
  images: z.array(
    z.strictObject({ arch: z.string(), sha256: z.string(), payloadSha256: z.string() }),
  ),
});

/**
 * The publisher of a directory of channels. It hashes the payloads of a release, which lie beside them,
 * before it publishes that: PAYLOAD_MISSING, WRONG_PAYLOAD and PAYLOAD_UNREADABLE (usage).
 */
export function channelDirectory(root: string, signal: AbortSignal): Publisher {
  return {
    current: async (channel) => await readCurrent(join(root, channel)),
    publish: async (channel, publication) => {
      await requirePayloads(root, publication.release);
      await mkdir(root, { recursive: true });
      // Several gates may have these channels, each with a lock of its own.
      await using _lock = await holdLock(`channels ${await realpath(root)}`, { signal });
      await publish(channel, join(root, channel), publication);
    },
  };
}

/** Undefined where there is nothing; what is there and no link is no channel without a release. */
async function targetOf(link: string): Promise<string | undefined> {
  try {
    return await readlink(link);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError('BROKEN_CHANNEL', `${link}: ${toError(thrown).message}`);
  }
}

async function readCurrent(directory: string): Promise<Published | undefined> {
  const target = await targetOf(join(directory, channelLayout.current));
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

/** Machines are to get the very bytes that were judged, and who takes them away stops the release. */
async function requirePayloads(root: string, { version, images }: ChannelRelease): Promise<void> {
  const folder = join(root, channelLayout.payloads);
  const next = 'put it there with yard gate payload FILE';
  for (const { arch, payloadSha256 } of images) {
    const path = join(folder, payloadSha256);
    const payload = `the payload of ${version} on ${arch}`;
    if (!existsSync(path)) {
      throw new UsageError('PAYLOAD_MISSING', `${payload} is not at ${path}; ${next}`);
    }
    const seen = await hashed(path);
    if (seen === payloadSha256) continue;
    const what = `${payload}, ${path}, has the SHA-256 ${seen}`;
    throw new UsageError('WRONG_PAYLOAD', `${what}: it was exchanged or damaged; ${next}`);
  }
}

async function hashed(path: string): Promise<string> {
  return await sha256OfFile(path).catch((thrown: unknown) => {
    const message = `cannot read the payload ${path}: ${toError(thrown).message}`;
    throw new UsageError('PAYLOAD_UNREADABLE', message, { cause: thrown });
  });
}

async function publish(
  channel: string,
  directory: string,
  { release, record, replaces }: Publication,
): Promise<void> {
  const current = await readCurrent(directory);
  if (current?.release.version === release.version) requireSameRecord(channel, current, record);
  else requireCurrent(channel, current?.release.version, replaces);
  const name = `${channelLayout.releases}/${release.version}`;
  const place = join(directory, name);
  await mkdir(place, { recursive: true });
  await writeWhole(join(place, channelLayout.release), `${canonicalJson(release)}\n`);
  await writeWhole(join(place, channelLayout.record), `${JSON.stringify(record)}\n`);
  // Of the same name every time: what a promoter left that died is in nobody's way.
  const next = join(directory, '.current');
  await rm(next, { force: true });
  await symlink(name, next);
  await rename(next, join(directory, channelLayout.current));
  // The ledger must not know of a rename that a power cut takes back.
  await syncPath(directory);
}

/** The record of who came first must stay: their ledger knows it. */
function requireSameRecord(channel: string, current: Published, record: Envelope): void {
  if (digestOfEnvelope(current.record) === digestOfEnvelope(record)) return;
  const seen = `the channel ${channel} has ${current.release.version} by another record`;
  throw new UsageError('CHANNEL_MOVED', `${seen}; another gate put it there, look at it again`);
}
