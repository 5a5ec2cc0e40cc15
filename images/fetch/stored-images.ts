/**
 * What is known of a fetched image beside its descriptor, and finding one in the cache without asking
 * any server.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Arch, Image } from '../../harness/model/image.js';
import { listImages } from '../catalogue.js';
import { compareVersions } from './version-text.js';

/** In the image's directory: where it came from and who signed it. */
export const fetchedFile = 'fetched.json';

const schema = z.object({
  schema: z.literal(1),
  /** What was asked for: `stable`, `lts-2024`; absent for a version or a URL. */
  channel: z.string().exactOptional(),
  version: z.string(),
  arch: z.enum(['amd64', 'arm64']),
  /** `qemu`, `qemu_uefi`, or `file` for one that came with a digest. */
  variant: z.string(),
  from: z.string(),
  fetchedAt: z.string(),
  signedBy: z.string().exactOptional(),
  assets: z.array(
    z.object({ name: z.string(), file: z.string(), sha512: z.string(), object: z.string() }),
  ),
});

export type FetchedRecord = z.infer<typeof schema>;

export async function writeFetched(directory: string, record: FetchedRecord): Promise<void> {
  await writeFile(join(directory, fetchedFile), `${JSON.stringify(record, null, 2)}\n`);
}

/** Undefined for an image that was not fetched. */
export async function readFetched(directory: string): Promise<FetchedRecord | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(join(directory, fetchedFile), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Which of the stored images is meant. */
export interface StoredQuery {
  /** `stable`, `lts-2024`, or a version. */
  readonly release: string;
  readonly arch: Arch;
  readonly variant: string;
  /** The SHA-512 of each file that a server has: images of other bytes do not fit. Default: all do. */
  readonly served?: ServedFiles;
}

/** By the names of the files, as a server has them. */
export type ServedFiles = ReadonlyMap<string, string>;

/** The first file of an image that is not what the server has. */
export function notServed({ assets }: FetchedRecord, served: ServedFiles): string | undefined {
  return assets.find(({ name, sha512 }) => served.get(name) !== sha512)?.name;
}

export interface StoredImage {
  readonly image: Image;
  readonly record: FetchedRecord;
}

/** The newest that fits, unchecked: opening it checks its bytes. */
export async function findStored(
  cacheDirectory: string,
  { release, arch, variant, served }: StoredQuery,
): Promise<StoredImage | undefined> {
  const found: StoredImage[] = [];
  for (const listing of await listImages(cacheDirectory)) {
    if (listing.kind !== 'image') continue;
    const record = await readFetched(listing.image.directory);
    if (record?.arch !== arch || record.variant !== variant) continue;
    if (served !== undefined && notServed(record, served) !== undefined) continue;
    const names = [record.version, record.channel, listing.image.descriptor.channel];
    if (names.includes(release)) found.push({ image: listing.image, record });
  }
  found.sort((a, b) => compareVersions(b.record.version, a.record.version));
  return found[0];
}
