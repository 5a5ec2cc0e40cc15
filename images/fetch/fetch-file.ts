/**
 * A disk image from any URL, or a file of the host, for which the user knows the SHA-512: no signature
 * is asked for, since the digest says everything.
 */

import { copyFile, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { holdLock } from '../../harness/base/lock.js';
import { removeTree } from '../../harness/base/run-dir.js';
import type { Image } from '../../harness/model/image.js';
import { imagesDirectory } from '../catalogue.js';
import { openImageDirectory } from '../open-image-directory.js';
import { ObjectStore } from '../store/object-store.js';
import { roomFor } from '../store/quota.js';
import { unpackedName } from './compression.js';
import { refused } from './fetch-errors.js';
import { isUrl, requireDigest } from './file-source.js';
import { HttpClient, type HttpOptions } from './http-client.js';
import { makeFetchedImage } from './make-fetched-image.js';
import { type SettleOptions, settleFile } from './settle-file.js';
import { transfer } from './transfer.js';

/** What and where from. */
export interface FileRequest {
  /** An http or https URL, or a path. */
  readonly source: string;
  /** Of the file as it lies there, compressed or not. */
  readonly sha512: string | undefined;
  readonly http: HttpOptions;
  readonly cacheDirectory: string;
  readonly quotaBytes: number;
  readonly offline: boolean;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Returns the image, from the store where it is there already. Throws URL_WITHOUT_DIGEST, BAD_FETCH,
 * DIGEST_MISMATCH, NOT_STORED, MISSING_ASSET, OVER_QUOTA, NOT_AN_IMAGE (usage), NO_DISK_SPACE
 * (infrastructure), and network errors.
 */
export async function fetchFile(request: FileRequest): Promise<Image> {
  const { source, cacheDirectory, signal, log } = request;
  const sha512 = requireDigest(source, request.sha512);
  const directory = join(imagesDirectory(cacheDirectory), `file-${sha512.slice(0, 16)}`);
  const onWait = () => log(`another process is fetching ${source}; waiting for it`);
  await using _lock = await holdLock(`fetched image ${directory}`, { signal, onWait });
  const options = { cacheDirectory, signal };
  if (await stat(directory).catch(() => undefined)) {
    log(`from the store: ${source}`);
    return await openImageDirectory(directory, options);
  }
  if (request.offline && isUrl(source)) {
    const problem = `${source} is not in the store`;
    throw refused('NOT_STORED', problem, 'fetch it once without --offline');
  }
  await make({ ...request, sha512 }, directory);
  return await openImageDirectory(directory, options);
}

type Wanted = FileRequest & { readonly sha512: string };

async function make(request: Wanted, directory: string): Promise<void> {
  const { source, sha512, cacheDirectory, signal } = request;
  await mkdir(imagesDirectory(cacheDirectory), { recursive: true });
  const draft = await mkdtemp(join(imagesDirectory(cacheDirectory), '.fetching-'));
  const name = decodeURIComponent(basename(isUrl(source) ? new URL(source).pathname : source));
  const store = new ObjectStore(cacheDirectory);
  try {
    await using _lock = await store.lock(sha512, { signal });
    const object = await bring(request, name, store);
    const file = unpackedName(name);
    await store.linkTo(object, join(draft, file));
    const assets = [{ name, file, sha512, object }];
    const record = { variant: 'file', from: source };
    await makeFetchedImage({ draft, assets, record, cacheDirectory, signal });
    await rename(draft, directory);
  } finally {
    await removeTree(draft);
  }
}

/** Into the store; returns the digest of what was unpacked. */
async function bring(request: Wanted, name: string, store: ObjectStore): Promise<string> {
  const { source, sha512, signal } = request;
  const stored = unpackedName(name) === name ? await store.find(sha512, signal) : undefined;
  if (stored !== undefined) return sha512;
  const partial = store.partial(sha512);
  if (isUrl(source)) await download(request, partial);
  else await copy(request, partial);
  const room = (path: string) => roomFor(path, request);
  const options: SettleOptions = { name, sha512, subject: source, store, roomFor: room, signal };
  try {
    return (await settleFile(partial, options)).object;
  } catch (thrown) {
    await rm(partial, { force: true });
    throw thrown;
  }
}

async function download(request: Wanted, partial: string): Promise<void> {
  const { source, http, log, signal } = request;
  await using client = new HttpClient(http);
  const room = roomFor(partial, request);
  log(`fetching ${source}`);
  const url = await transfer({ client, urls: [source], partial, log, signal, room });
  if (url === undefined) throw refused('MISSING_ASSET', `${source} is not there`, 'check the URL');
}

async function copy(request: Wanted, partial: string): Promise<void> {
  const { source } = request;
  const found = await stat(source).catch(() => undefined);
  if (!found?.isFile()) throw refused('BAD_FETCH', `${source} is no file`, 'check the path');
  await roomFor(partial, request).require(found.size);
  await copyFile(source, partial);
}
