/**
 * The publisher of a Nebraska instance's channels: a promotion makes the channel point to the package
 * of that version, whose payload must be the one that was judged.
 *
 * The instance changes one architecture at a time, and has no way to change a channel only if it is
 * what it was: between promoters of one host is a lock, and a last look comes right before each act.
 */

import { join } from 'node:path';
import { UsageError } from '../../../harness/base/errors.js';
import { holdLock } from '../../../harness/base/lock.js';
import { type Publication, type Published, type Publisher, requireCurrent } from '../publisher.js';
import { NebraskaApi, type NebraskaOptions } from './api.js';
import {
  channelFor,
  channelShape,
  channelsNamed,
  hasImage,
  type NebraskaApp,
  type NebraskaChannel,
  type NebraskaPackage,
  packageOf,
} from './channels.js';
import { keepRecord, readKeptRecords } from './kept-records.js';

/** Which instance, which application, and where records of promotions are kept. */
export interface NebraskaPublisherOptions extends NebraskaOptions {
  readonly app: string;
  readonly records: string;
}

/** Throws BAD_URL (usage). Its functions throw what {@link NebraskaApi} throws besides. */
export function nebraskaPublisher(options: NebraskaPublisherOptions): Publisher {
  const path = `/api/apps/${encodeURIComponent(options.app)}`;
  const app = { api: new NebraskaApi(options), path };
  const folderOf = (channel: string) => join(options.records, channel);
  return {
    current: async (channel) => await readCurrent(app, channel, folderOf(channel)),
    publish: async (channel, publication) => {
      await using _lock = await holdLock(`channels ${options.url} ${options.app}`, options);
      const acts = await plan(app, channel, publication);
      // Before the act: of a channel that has moved there must be a record.
      await keepRecord(folderOf(channel), publication);
      for (const act of acts) await move(app, act, publication);
    },
  };
}

/**
 * What all architectures have; of a promotion that died between two of them what was there before, so
 * that it is finished by the next. A channel without records is not in the gate's charge yet, and
 * counts as empty until it is adopted. Throws FOREIGN_RECORD (usage).
 */
async function readCurrent(
  app: NebraskaApp,
  channel: string,
  folder: string,
): Promise<Published | undefined> {
  const kept = await readKeptRecords(folder);
  if (kept.length === 0) return undefined;
  const channels = await channelsNamed(app, channel);
  const arches = [
    ...new Set(kept.flatMap(({ release }) => release.images.map(({ arch }) => arch))),
  ];
  const holders = arches.map((arch) => {
    const own = channelFor(channels, arch);
    if (own.package === null) return undefined;
    const holder = kept.find(({ release }) => {
      return release.images.some((one) => one.arch === arch && hasImage(channels, release, one));
    });
    if (holder !== undefined) return holder;
    const seen = `the channel ${channel} has ${own.package.version} on ${arch}`;
    throw new UsageError(
      'FOREIGN_RECORD',
      `${seen}, of which there is no record; somebody else moved it`,
    );
  });
  if (holders.includes(undefined)) return undefined;
  return kept.find((one) => holders.includes(one));
}

interface Act {
  readonly channel: NebraskaChannel;
  readonly wanted: NebraskaPackage;
}

async function plan(
  app: NebraskaApp,
  name: string,
  { release, replaces }: Publication,
): Promise<readonly Act[]> {
  const channels = await channelsNamed(app, name);
  return await Promise.all(
    release.images.map(async (image) => {
      const channel = channelFor(channels, image.arch);
      const wanted = await packageOf(app, release.version, image);
      requireReplaceable(channel, wanted, replaces);
      return { channel, wanted };
    }),
  );
}

/** It may have been moved already, by the promotion that this one finishes. */
function requireReplaceable(
  { name, package_id: id, package: own }: NebraskaChannel,
  wanted: NebraskaPackage,
  replaces: string | undefined,
): void {
  if (id !== wanted.id) requireCurrent(name, own?.version, replaces);
}

/** Looks once more, acts, and believes the act when the instance says so. */
async function move(
  { api, path }: NebraskaApp,
  { channel, wanted }: Act,
  { replaces }: Publication,
): Promise<void> {
  const one = `${path}/channels/${encodeURIComponent(channel.id)}`;
  const now = await api.request({ path: one }, channelShape);
  if (now.package_id === wanted.id) return;
  requireReplaceable(now, wanted, replaces);
  const { name, color, arch, application_id } = now;
  const body = { name, color, arch, application_id, package_id: wanted.id };
  await api.request({ method: 'PUT', path: one, body }, channelShape);
  const then = await api.request({ path: one }, channelShape);
  requireCurrent(name, then.package?.version, wanted.version);
}
