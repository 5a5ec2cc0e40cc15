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
    current: async (channel) => (await look(app, channel, folderOf(channel))).current,
    unfinished: async (channel) => (await look(app, channel, folderOf(channel))).unfinished,
    publish: async (channel, publication) => {
      await using _lock = await holdLock(`channels ${options.url} ${options.app}`, options);
      const channels = await channelsNamed(app, channel);
      const half = unfinishedOf(await readKeptRecords(folderOf(channel)), channels);
      const replaceable = [publication.replaces, ...(half ? [half.release.version] : [])];
      const acts = await plan(app, channels, { ...publication, replaceable });
      // Before the act: of a channel that has moved there must be a record.
      await keepRecord(folderOf(channel), publication);
      for (const act of acts) await move(app, act, replaceable);
    },
  };
}

interface Seen {
  readonly current?: Published | undefined;
  readonly unfinished?: Published | undefined;
}

/**
 * What all architectures have; of a promotion that died between two of them what was there before, so
 * that it is finished by the next. A channel without records is not in the gate's charge yet, and
 * counts as empty until it is adopted. Throws FOREIGN_RECORD (usage).
 */
async function look(app: NebraskaApp, channel: string, folder: string): Promise<Seen> {
  const kept = await readKeptRecords(folder);
  if (kept.length === 0) return {};
  const channels = await channelsNamed(app, channel);
  const arches = [
    ...new Set(kept.flatMap(({ release }) => release.images.map(({ arch }) => arch))),
  ];
  const holders = arches.map((arch) => {
    const own = channelFor(channels, arch);
    if (own.package === null) return undefined;
    const holder = kept.find((one) => isOn(one, arch, channels));
    if (holder !== undefined) return holder;
    const seen = `the channel ${channel} has ${own.package.version} on ${arch}`;
    throw new UsageError(
      'FOREIGN_RECORD',
      `${seen}, of which there is no record; somebody else moved it`,
    );
  });
  const current = holders.includes(undefined)
    ? undefined
    : kept.find((one) => holders.includes(one));
  return { current, unfinished: unfinishedOf(kept, channels) };
}

function isOn({ release }: Published, arch: string, channels: readonly NebraskaChannel[]): boolean {
  return release.images.some((one) => one.arch === arch && hasImage(channels, release, one));
}

/** The newest that any architecture has, unless all of its own have it. */
function unfinishedOf(
  kept: readonly Published[],
  channels: readonly NebraskaChannel[],
): Published | undefined {
  const places = (one: Published) => {
    return one.release.images.filter(({ arch }) => isOn(one, arch, channels)).length;
  };
  const last = kept.findLast((one) => places(one) > 0);
  return last && places(last) < last.release.images.length ? last : undefined;
}

interface Act {
  readonly channel: NebraskaChannel;
  readonly wanted: NebraskaPackage;
}

type Versions = readonly (string | undefined)[];

async function plan(
  app: NebraskaApp,
  channels: readonly NebraskaChannel[],
  { release, replaceable }: Pick<Publication, 'release'> & { readonly replaceable: Versions },
): Promise<readonly Act[]> {
  return await Promise.all(
    release.images.map(async (image) => {
      const channel = channelFor(channels, image.arch);
      const wanted = await packageOf(app, release.version, image);
      requireReplaceable(channel, wanted, replaceable);
      return { channel, wanted };
    }),
  );
}

/** It may have been moved already, by the promotion that this one finishes or comes after. */
function requireReplaceable(
  { name, package_id: id, package: own }: NebraskaChannel,
  wanted: NebraskaPackage,
  replaceable: Versions,
): void {
  const isMeant = id === wanted.id || replaceable.includes(own?.version);
  if (!isMeant) requireCurrent(name, own?.version, replaceable[0]);
}

/** Looks once more, acts, and believes the act when the instance says so. */
async function move(
  { api, path }: NebraskaApp,
  { channel, wanted }: Act,
  replaceable: Versions,
): Promise<void> {
  const one = `${path}/channels/${encodeURIComponent(channel.id)}`;
  const now = await api.request({ path: one }, channelShape);
  if (now.package_id === wanted.id) return;
  requireReplaceable(now, wanted, replaceable);
  const { name, color, arch, application_id } = now;
  const body = { name, color, arch, application_id, package_id: wanted.id };
  await api.request({ method: 'PUT', path: one, body }, channelShape);
  const then = await api.request({ path: one }, channelShape);
  requireCurrent(name, then.package?.version, wanted.version);
}
