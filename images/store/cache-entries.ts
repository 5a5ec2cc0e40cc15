/**
 * What of the cache may be collected: images, releases, build trees, and what dead commands left.
 * Templates have a limit of their own, and the packages that trees are made of stay.
 */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { defined } from '../../harness/base/errors.js';
import { artifactFile } from '../artifact.js';
import { imagesDirectory } from '../catalogue.js';
import { readDescriptor } from '../descriptor-file.js';
import { readFetched } from '../fetch/stored-images.js';
import { diskUsage } from './disk-usage.js';
import { lastUsedFile } from './in-use.js';
import { objectsDirectory } from './object-store.js';

/** A file or directory that goes or stays as a whole. */
export interface CacheEntry {
  readonly kind: 'image' | 'fetched' | 'release' | 'tree' | 'leftover';
  readonly path: string;
  /** As messages name it, relative to the cache. */
  readonly name: string;
  /** The newest of each group stays; absent: none needs to. */
  readonly group?: string;
  readonly sizeBytes: number;
  readonly madeAt: Date;
  readonly usedAt: Date;
}

type Found = Pick<CacheEntry, 'kind' | 'group'>;

/** What dead commands left is told from what living ones make by its age. */
const leftoverMs = 24 * 60 * 60_000;

/** All of them, in no order. Hidden names are unfinished or half removed. */
export async function listCacheEntries(cacheDirectory: string): Promise<readonly CacheEntry[]> {
  const parts = [
    [imagesDirectory(cacheDirectory), imageOf],
    [join(cacheDirectory, 'releases'), releaseOf],
    [join(cacheDirectory, 'reference'), treeOf],
    [objectsDirectory(cacheDirectory), objectOf],
  ] as const;
  const entries: CacheEntry[] = [];
  for (const [directory, classify] of parts) {
    for (const name of await readdir(directory).catch(() => [])) {
      const entry = await entryOf(cacheDirectory, join(directory, name), classify);
      if (entry !== undefined) entries.push(entry);
    }
  }
  return entries;
}

type Classify = (path: string, name: string) => Promise<Found | undefined>;

async function entryOf(
  cacheDirectory: string,
  path: string,
  classify: Classify,
): Promise<CacheEntry | undefined> {
  const name = path.slice(cacheDirectory.length + 1);
  const found = await classify(path, name.split('/').at(-1) ?? '');
  const made = await stat(path).catch(() => undefined);
  if (found === undefined || made === undefined) return undefined;
  const isFresh = Date.now() - made.mtimeMs < leftoverMs;
  if (found.kind === 'leftover' && isFresh) return undefined;
  const used = await stat(join(path, lastUsedFile)).catch(() => undefined);
  const usedAt = used !== undefined && used.mtime > made.mtime ? used.mtime : made.mtime;
  const sizeBytes = await diskUsage(path);
  return { ...found, path, name, sizeBytes, madeAt: await madeAt(path, made.mtime), usedAt };
}

/** A directory changes when it is used; what says that it is complete does not. */
async function madeAt(path: string, otherwise: Date): Promise<Date> {
  for (const file of ['descriptor.json', 'release.json', artifactFile]) {
    const found = await stat(join(path, file)).catch(() => undefined);
    if (found) return found.mtime;
  }
  return otherwise;
}

async function imageOf(path: string, name: string): Promise<Found> {
  if (name.startsWith('.')) return { kind: 'leftover' };
  const fetched = await readFetched(path);
  const descriptor = await readDescriptor(path).catch(() => undefined);
  const kind = fetched === undefined ? 'image' : 'fetched';
  if (descriptor === undefined) return { kind };
  const variant = fetched?.variant ?? '';
  return { kind, group: `image ${descriptor.name} ${descriptor.channel} ${variant}` };
}

/** `next-9ac9f6ccc0fbec40`: a recipe and the key of what it was made of. */
async function releaseOf(_path: string, name: string): Promise<Found> {
  const [, recipe] = /^(.+)-[0-9a-f]{16}$/.exec(name) ?? [];
  return recipe === undefined
    ? { kind: 'leftover' }
    : { kind: 'release', group: `release ${recipe}` };
}

/** `os-…`, `toolbox-…`, `agent-…` and `stage-…`; their logs go with them, other files stay. */
async function treeOf(_path: string, name: string): Promise<Found | undefined> {
  if (name === 'work' || name.startsWith('.') || name.endsWith('.partial')) {
    return { kind: 'leftover' };
  }
  const [, kind] = /^(os|toolbox|agent|stage)-[0-9a-f]{16}$/.exec(name) ?? [];
  return kind === undefined
    ? undefined
    : (defined({ kind: 'tree', group: `tree ${kind}` }) as Found);
}

/** An object that an image has is part of that image. */
async function objectOf(path: string): Promise<Found | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && found.nlink === 1 ? { kind: 'leftover' } : undefined;
}
