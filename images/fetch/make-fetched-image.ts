/**
 * Makes an image out of files that were fetched: a descriptor from the disk itself, which must be of
 * the release that was asked for.
 */

import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Arch, ImageDescriptor, ImageExtra } from '../../harness/model/image.js';
import { descriptorFile } from '../descriptor-file.js';
import { openDiskFile } from '../open-disk-file.js';
import { digestFile } from '../verify-file.js';
import type { FetchedAsset } from './fetch-asset.js';
import { refused } from './fetch-errors.js';
import { extraNameOf } from './release-names.js';
import { type FetchedRecord, writeFetched } from './stored-images.js';

/** An unfinished directory with the files, the disk first. */
export interface FetchedParts {
  readonly draft: string;
  readonly assets: readonly Pick<FetchedAsset, 'name' | 'file' | 'sha512' | 'object'>[];
  readonly record: Omit<FetchedRecord, 'schema' | 'fetchedAt' | 'assets' | 'version' | 'arch'>;
  /** What the disk must say of itself; nothing when only a digest was promised. */
  readonly wanted?: {
    readonly channel: string;
    readonly version: string;
    readonly arch: Arch;
  };
  readonly cacheDirectory: string;
  readonly signal: AbortSignal;
}

/**
 * Writes `descriptor.json` and `fetched.json`. Throws VERSION_MISMATCH, NOT_AN_IMAGE or
 * MISSING_PACKAGES (all usage).
 */
export async function makeFetchedImage(parts: FetchedParts): Promise<ImageDescriptor> {
  const { draft, assets, record, cacheDirectory, signal } = parts;
  const [disk, ...others] = assets;
  const path = join(draft, disk?.file ?? '');
  const { descriptor: found } = await openDiskFile(path, { cacheDirectory, signal });
  requireWanted(found, parts);
  const extras: ImageExtra[] = [];
  for (const { file } of others) extras.push(await describeExtra(draft, file, signal));
  const capabilities = [...found.capabilities, ...capabilitiesBy(extras)];
  const descriptor = { ...found, capabilities, extras, origin: 'fetched' };
  await writeFile(join(draft, descriptorFile), `${JSON.stringify(descriptor, null, 2)}\n`);
  const { version, arch } = descriptor;
  await writeFetched(draft, {
    ...record,
    schema: 1,
    version,
    arch,
    fetchedAt: new Date().toISOString(),
    assets: assets.map(({ name, file, sha512, object }) => ({ name, file, sha512, object })),
  });
  return descriptor;
}

/** With firmware that has its keys, machines of a release boot by Secure Boot. */
function capabilitiesBy(extras: readonly ImageExtra[]): readonly string[] {
  return extras.some(({ name }) => name === 'secure_efi_code') ? ['secure-boot'] : [];
}

/** Signatures say who made a file, not which release it is: an old one must not pass for a new one. */
function requireWanted(found: ImageDescriptor, { wanted, record }: FetchedParts): void {
  if (wanted === undefined) return;
  for (const field of ['version', 'arch', 'channel'] as const) {
    if (found[field] === wanted[field]) continue;
    const problem = `the image from ${record.from} says ${field} ${found[field]}, expected ${wanted[field]}`;
    throw refused('VERSION_MISMATCH', problem, 'tell whoever runs the server; try another one');
  }
}

async function describeExtra(
  directory: string,
  file: string,
  signal: AbortSignal,
): Promise<ImageExtra> {
  const path = join(directory, file);
  const sha256 = await digestFile(path, 'sha256', signal);
  return {
    file,
    name: extraNameOf(file),
    type: 'file',
    sizeBytes: (await stat(path)).size,
    sha256,
  };
}
