/**
 * `yard images fetch`: from a channel or a version to an image in the cache whose every file was signed
 * by a pinned key, or to a stored one when no server can be asked.
 */

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { defined, toError } from '../../harness/base/errors.js';
import { holdLock } from '../../harness/base/lock.js';
import { removeTree } from '../../harness/base/run-dir.js';
import type { Arch, Image } from '../../harness/model/image.js';
import { imagesDirectory } from '../catalogue.js';
import { openImageDirectory } from '../open-image-directory.js';
import { ObjectStore } from '../store/object-store.js';
import { roomFor } from '../store/quota.js';
import { askVersion } from './ask-version.js';
import { type FetchedAsset, fetchAsset } from './fetch-asset.js';
import { isUnreachable, refused } from './fetch-errors.js';
import { HttpClient, type HttpOptions } from './http-client.js';
import { type Keyring, type KeyringOptions, openKeyring } from './keyring.js';
import { makeFetchedImage } from './make-fetched-image.js';
import { parseReleaseName, type ReleaseName, type Variant, variantFiles } from './release-names.js';
import { channelServer, type ReleaseServer } from './release-server.js';
import { rememberVersion, requireNotOlder } from './seen-versions.js';
import { findStored, type ServedFiles, type StoredImage } from './stored-images.js';

/** What the user asked for. */
export interface FetchRequest {
  /** `stable`, `beta`, `alpha`, `lts`, `lts-2024`, or a version. */
  readonly release: string;
  readonly arch: Arch;
  readonly variant: Variant;
  /** Base URLs, `{channel}` for the channel's name; none: Flatcar's own. */
  readonly servers: readonly string[];
  readonly keys: KeyringOptions;
  readonly http: HttpOptions;
  readonly cacheDirectory: string;
  /** What all objects together may occupy. */
  readonly quotaBytes: number;
  readonly offline: boolean;
  readonly allowDowngrade: boolean;
  readonly allowExpiredKey: boolean;
  /** What the server is known to have: a stored image of other bytes does not serve. */
  readonly served?: ServedFiles;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Returns the image, whose directory is in the cache. Throws refusals (usage, see `RefusalCode`) that
 * leave the cache as it was, and network errors (infrastructure) unless a stored image can serve.
 */
export async function fetchImage(request: FetchRequest): Promise<Image> {
  const name = parseReleaseName(request.release);
  const stored = await findStored(request.cacheDirectory, request);
  if (request.offline) return await openStored(request, stored);
  if (stored !== undefined && name.kind === 'version') return await openStored(request, stored);
  const keyring = await openKeyring(request.keys);
  await using client = new HttpClient(request.http);
  try {
    return await fromServer({ request, name, keyring, client });
  } catch (thrown) {
    if (!isUnreachable(thrown) || stored === undefined) throw thrown;
    const { version, fetchedAt } = stored.record;
    request.log(`warning: ${toError(thrown).message.split(';')[0]}`);
    request.log(`warning: using the stored ${version}, fetched at ${fetchedAt}; newer may exist`);
    return await openStored(request, stored);
  }
}

async function openStored(
  { cacheDirectory, signal, release, arch, variant, log }: FetchRequest,
  stored: StoredImage | undefined,
): Promise<Image> {
  if (stored === undefined) {
    const problem = `no stored image of ${release} for ${arch} (${variant})`;
    throw refused('NOT_STORED', problem, 'see ./yard images ls; fetch it once without --offline');
  }
  const { directory } = stored.image;
  const image = await openImageDirectory(directory, { cacheDirectory, signal });
  log(`from the store: ${image.descriptor.version}, its bytes are as fetched`);
  return image;
}

interface Fetching {
  readonly request: FetchRequest;
  readonly name: ReleaseName;
  readonly keyring: Keyring;
  readonly client: HttpClient;
}

async function fromServer(fetching: Fetching): Promise<Image> {
  const { request, name, client } = fetching;
  const { log, signal, arch, cacheDirectory, variant } = request;
  const root = channelServer(request.servers, { ...name, arch }, { client, log, signal });
  const { keyring } = fetching;
  const { allowExpiredKey } = request;
  const version = await askVersion(root, { name, keyring, allowExpiredKey });
  const key = `${request.release}/${arch}`;
  if (name.kind === 'channel' && !request.allowDowngrade) {
    await requireNotOlder(cacheDirectory, key, version);
  }
  const directory = join(imagesDirectory(cacheDirectory), `flatcar-${version}-${arch}-${variant}`);
  const onWait = () => log(`another process is fetching ${version}; waiting for it`);
  await using _lock = await holdLock(`fetched image ${directory}`, { signal, onWait });
  const stored = await findStored(cacheDirectory, { ...request, release: version });
  const image = stored
    ? await openStored(request, stored)
    : await fetchFiles(root.below(version), { ...fetching, version, directory });
  if (name.kind === 'channel') await rememberVersion(cacheDirectory, key, { version, signal });
  return image;
}

interface Making extends Fetching {
  readonly version: string;
  /** Where the image will be. */
  readonly directory: string;
}

/** In a directory of its own first, so that an image is there as a whole or not at all. */
async function fetchFiles(server: ReleaseServer, making: Making): Promise<Image> {
  const { request } = making;
  const { cacheDirectory, signal } = request;
  await mkdir(imagesDirectory(cacheDirectory), { recursive: true });
  const draft = await mkdtemp(join(imagesDirectory(cacheDirectory), '.fetching-'));
  try {
    const assets = await fetchAssets(server, making, draft);
    await makeFetchedImage({
      draft,
      assets,
      cacheDirectory,
      signal,
      ...recordOf(making, assets, server),
    });
    const place = await placeFor(assets, making);
    await removeTree(place);
    await rename(draft, place);
    return await openImageDirectory(place, { cacheDirectory, signal });
  } finally {
    await removeTree(draft);
  }
}

/** Beside an image of other bytes of the same release: it may be in use. */
async function placeFor(
  assets: readonly FetchedAsset[],
  { request: { cacheDirectory, arch, variant }, version, directory }: Making,
): Promise<string> {
  const other = await findStored(cacheDirectory, { release: version, arch, variant });
  if (other === undefined) return directory;
  const digests = assets.map(({ sha512 }) => sha512).join();
  return `${directory}-${createHash('sha256').update(digests).digest('hex').slice(0, 8)}`;
}

async function fetchAssets(
  server: ReleaseServer,
  { request, keyring }: Making,
  draft: string,
): Promise<readonly FetchedAsset[]> {
  const { cacheDirectory, quotaBytes, allowExpiredKey, log, signal } = request;
  const store = new ObjectStore(cacheDirectory);
  const quota = { cacheDirectory, quotaBytes, log, signal };
  const room = (path: string) => roomFor(path, quota);
  const asked = { server, store, keyring, allowExpiredKey, draft, roomFor: room };
  const assets: FetchedAsset[] = [];
  for (const names of variantFiles[request.variant]) assets.push(await fetchAsset(names, asked));
  return assets;
}

function recordOf(
  { request, name, version }: Making,
  assets: readonly FetchedAsset[],
  server: ReleaseServer,
) {
  const { arch, variant, release } = request;
  const channel = name.kind === 'channel' ? release : undefined;
  const signedBy = assets[0]?.signedBy;
  const record = defined({ channel, variant: `${variant}`, from: server.url(''), signedBy });
  return { record, wanted: { channel: name.channel, version, arch } };
}
