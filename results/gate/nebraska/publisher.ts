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
import { type KeptRecord, keepRecord, readKeptRecords } from './kept-records.js';

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
      const kept = await readKeptRecords(folderOf(channel));
      const acts = await plan(app, { kept, channels }, publication);
      // Before the act: of a channel that has moved there must be a record.
      await keepRecord(folderOf(channel), publication);
      for (const act of acts) await move(app, act);
    },
  };
}

interface Seen {
  readonly current?: Published | undefined;
  readonly unfinished?: Published | undefined;
}

/** What was promoted to a channel, and what its architectures have now. */
interface State {
  readonly kept: readonly KeptRecord[];
  readonly channels: readonly NebraskaChannel[];
}

/**
 * The newest release that any architecture has; of a promotion that died between two of them what was there
 * before, so that it is finished by the next. An architecture that the newest has no image for keeps what
 * it has. A channel without records is not in the gate's charge yet, and counts as empty until it is adopted.
 * Throws FOREIGN_RECORD (usage).
 */
async function look(app: NebraskaApp, channel: string, folder: string): Promise<Seen> {
  const kept = await readKeptRecords(folder);
  if (kept.length === 0) return {};
  const state = { kept, channels: await channelsNamed(app, channel) };
  requireOwn(state, channel);
  const unfinished = unfinishedOf(state);
  const current = unfinished
    ? kept.find(({ release }) => release.version === unfinished.replaces)
    : newestOf(state);
  return { current, unfinished };
}

function requireOwn({ kept, channels }: State, channel: string): void {
  const images = kept.flatMap(({ release }) => release.images);
  for (const arch of new Set(images.map((image) => image.arch))) {
    const own = channelFor(channels, arch);
    if (own.package === null || kept.some((one) => isOn(one, arch, channels))) continue;
    const seen = `the channel ${channel} has ${own.package.version} on ${arch}`;
    throw new UsageError(
      'FOREIGN_RECORD',
      `${seen}, of which there is no record; somebody else moved it`,
    );
  }
}

function isOn({ release }: Published, arch: string, channels: readonly NebraskaChannel[]): boolean {
  return release.images.some((one) => one.arch === arch && hasImage(channels, release, one));
}

function placesOf({ release }: Published, channels: readonly NebraskaChannel[]): number {
  return release.images.filter((image) => hasImage(channels, release, image)).length;
}

function newestOf({ kept, channels }: State): KeptRecord | undefined {
  return kept.findLast((one) => placesOf(one, channels) > 0);
}

/** The newest that any architecture has, unless all of its own have it. */
function unfinishedOf(state: State): KeptRecord | undefined {
  const last = newestOf(state);
  return last && placesOf(last, state.channels) < last.release.images.length ? last : undefined;
}

interface Act {
  readonly channel: NebraskaChannel;
  readonly wanted: NebraskaPackage;
  /** The versions that it may have until then. */
  readonly replaceable: Versions;
}

type Versions = readonly (string | undefined)[];

async function plan(
  app: NebraskaApp,
  state: State,
  { release, replaces }: Publication,
): Promise<readonly Act[]> {
  const half = unfinishedOf(state);
  return await Promise.all(
    release.images.map(async (image) => {
      const channel = channelFor(state.channels, image.arch);
      const wanted = await packageOf(app, release.version, image);
      const others = [half, leftBehindOn(image.arch, replaces, state)];
      const replaceable = [replaces, ...others.flatMap((one) => one?.release.version ?? [])];
      const act = { channel, wanted, replaceable };
      requireReplaceable(channel, act);
      return act;
    }),
  );
}

/** What an architecture has that the release before has no image for. */
function leftBehindOn(
  arch: string,
  replaces: string | undefined,
  { kept, channels }: State,
): KeptRecord | undefined {
  const before = kept.find(({ release }) => release.version === replaces);
  if (before === undefined || before.release.images.some((image) => image.arch === arch)) return;
  return kept.find((one) => isOn(one, arch, channels));
}

/** It may have been moved already, by the promotion that this one finishes or comes after. */
function requireReplaceable(
  { name, package_id: id, package: own }: NebraskaChannel,
  { wanted, replaceable }: Act,
): void {
  const isMeant = id === wanted.id || replaceable.includes(own?.version);
  if (!isMeant) requireCurrent(name, own?.version, replaceable[0]);
}

/** Looks once more, acts, and believes the act when the instance says so. */
async function move({ api, path }: NebraskaApp, act: Act): Promise<void> {
  const { channel, wanted } = act;
  const one = `${path}/channels/${encodeURIComponent(channel.id)}`;
  const now = await api.request({ path: one }, channelShape);
  if (now.package_id === wanted.id) return;
  requireReplaceable(now, act);
  const { name, color, arch, application_id } = now;
  const body = { name, color, arch, application_id, package_id: wanted.id };
  await api.request({ method: 'PUT', path: one, body }, channelShape);
  const then = await api.request({ path: one }, channelShape);
  requireCurrent(name, then.package?.version, wanted.version);
}
