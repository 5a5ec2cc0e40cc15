/**
 * From what a user calls an image to the image: a directory with a descriptor, a disk file, or the
 * name of an image in the cache. Building and downloading are others' work.
 */

import { readdir, stat } from 'node:fs/promises';
import { arch } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { HarnessError } from '../harness/base/errors.js';
import { makeTempDirectory, removeTree } from '../harness/base/run-dir.js';
import type { Image } from '../harness/model/image.js';
import { descriptorFile, readDescriptor } from './descriptor-file.js';
import { detectFormat, openDisk, readGpt } from './disk-reader.js';
import { compareVersions, isVersion } from './fetch/version-text.js';
import type { Gpt } from './gpt.js';
import { imageNotFound, notAnImage } from './image-errors.js';
import { isDescribedBeside, openDiskFile } from './open-disk-file.js';
import { openImageDirectory } from './open-image-directory.js';
import type { OpenImageOptions } from './open-options.js';

/** An entry of the cache; one whose descriptor is damaged says so and can't be opened. */
export type ImageListing =
  | { readonly kind: 'image'; readonly image: Image }
  | { readonly kind: 'broken'; readonly directory: string; readonly problem: string };

/** An image and the partition table of its disk. */
export interface ImageInspection {
  readonly image: Image;
  readonly table: Gpt;
}

/** Where built and downloaded images are kept, one directory each. */
export function imagesDirectory(cacheDirectory: string): string {
  return join(cacheDirectory, 'images');
}

/**
 * Opens an image by name (`reference`, `reference-amd64`: the newest in the cache) or by path, and
 * checks its bytes, once for as long as they stay the same. Throws IMAGE_NOT_FOUND, NOT_AN_IMAGE,
 * IMAGE_DIGEST_MISMATCH or MISSING_PACKAGES (all usage) and has then created nothing.
 */
export async function openImage(name: string, options: OpenImageOptions): Promise<Image> {
  const path = await locate(name, options.cacheDirectory);
  const found = await stat(path);
  if (found.isDirectory()) return await openImageDirectory(path, options);
  if (found.isFile()) return await openDiskFile(path, options);
  throw notAnImage(path, 'it is neither a file nor a directory');
}

/**
 * Looks whether there is an image at all, without any tool and without reading it: for a check
 * before anything is installed. Throws IMAGE_NOT_FOUND or NOT_AN_IMAGE (usage).
 */
export async function checkImage(name: string, cacheDirectory: string): Promise<void> {
  const path = await locate(name, cacheDirectory);
  const found = await stat(path);
  if (found.isDirectory()) await readDescriptor(path);
  else if (found.isFile()) await detectFormat(path);
  else throw notAnImage(path, 'it is neither a file nor a directory');
}

/**
 * Whether the image comes with a descriptor, so that opening it needs no look inside. Throws
 * IMAGE_NOT_FOUND (usage).
 */
export async function isDescribed(name: string, cacheDirectory: string): Promise<boolean> {
  const path = await locate(name, cacheDirectory);
  return (await stat(path)).isDirectory() || (await isDescribedBeside(path));
}

/** Opens an image as {@link openImage} does, and reads its partition table. */
export async function inspectImage(
  name: string,
  options: OpenImageOptions,
): Promise<ImageInspection> {
  const image = await openImage(name, options);
  const directory = await makeTempDirectory('inspect');
  try {
    const path = join(image.directory, image.descriptor.disk.file);
    const disk = await openDisk(path, options.signal);
    return { image, table: await readGpt(disk, { directory, signal: options.signal }) };
  } finally {
    await removeTree(directory);
  }
}

async function locate(name: string, cacheDirectory: string): Promise<string> {
  const cached = await findByName(name, cacheDirectory);
  if (cached) return cached.directory;
  const path = resolve(name);
  const found = await stat(path).catch(() => undefined);
  if (found) return path;
  throw imageNotFound(name, whatNext(name));
}

function whatNext(name: string): string {
  if (/^reference(-|$)/.test(name)) return 'build it with: ./yard images build';
  const [, release] = /^flatcar-(stable|beta|alpha|lts)(?:-|$)/.exec(name) ?? [];
  const wanted = release ?? (isVersion(name) ? name : undefined);
  if (wanted !== undefined) return `fetch it with: ./yard images fetch ${wanted}`;
  return 'give the path of a disk image, or a name that ./yard images ls shows';
}

/**
 * The newest that matches, so that a rebuilt image is the one that runs; of a channel the newest
 * version, and of several architectures the host's own.
 */
async function findByName(name: string, cacheDirectory: string): Promise<Image | undefined> {
  const found = (await listImages(cacheDirectory)).flatMap((listing) =>
    listing.kind === 'image' && namesOf(listing.image).includes(name) ? [listing.image] : [],
  );
  return found.sort((a, b) => rankOf(b) - rankOf(a) || byVersion(b, a, name))[0];
}

/** `flatcar-amd64`, `flatcar`, `flatcar-stable`, `flatcar-stable-amd64`, the version, the directory. */
function namesOf({ directory, descriptor }: Image): readonly string[] {
  const { name, osId, channel, arch, version } = descriptor;
  const ofChannel = `${osId}-${channel}`;
  const names = [name, ofChannel, `${ofChannel}-${arch}`, version, basename(directory)];
  return name.endsWith(`-${arch}`) ? [...names, name.slice(0, -arch.length - 1)] : names;
}

function rankOf({ descriptor }: Image): number {
  return descriptor.arch === (arch() === 'arm64' ? 'arm64' : 'amd64') ? 1 : 0;
}

/** Only what names a channel asks for its newest version; otherwise the order stays. */
function byVersion(a: Image, b: Image, name: string): number {
  const { osId, channel } = a.descriptor;
  if (!name.startsWith(`${osId}-${channel}`)) return 0;
  return compareVersions(a.descriptor.version, b.descriptor.version);
}

/** The images in the cache, newest first. */
export async function listImages(cacheDirectory: string): Promise<readonly ImageListing[]> {
  const root = imagesDirectory(cacheDirectory);
  const names = (await readdir(root).catch(() => [])).filter((name) => !name.startsWith('.'));
  const dated: { readonly directory: string; readonly builtMs: number }[] = [];
  for (const name of names) {
    const directory = join(root, name);
    const found = await stat(join(directory, descriptorFile)).catch(() => undefined);
    if (found) dated.push({ directory, builtMs: found.mtimeMs });
  }
  dated.sort((a, b) => b.builtMs - a.builtMs);
  return await Promise.all(dated.map(({ directory }) => readListing(directory)));
}

async function readListing(directory: string): Promise<ImageListing> {
  try {
    return { kind: 'image', image: { directory, descriptor: await readDescriptor(directory) } };
  } catch (thrown) {
    if (!(thrown instanceof HarnessError)) throw thrown;
    return { kind: 'broken', directory, problem: thrown.message };
  }
}
