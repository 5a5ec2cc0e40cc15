/**
 * One file of a release into the store: downloaded where it is not there yet, and believed only with a
 * signature by a pinned key and the SHA-512 that the release promises.
 */

import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../harness/base/errors.js';
import type { ObjectStore } from '../store/object-store.js';
import { type Companions, readCompanions } from './companions.js';
import { unpackedName } from './compression.js';
import { openSignature, type SignatureCheck } from './detached-signature.js';
import { refused } from './fetch-errors.js';
import { fromGoodMirror } from './good-mirror.js';
import type { Keyring } from './keyring.js';
import type { ReleaseServer } from './release-server.js';
import type { Room } from './room.js';
import { type Settled, settleFile } from './settle-file.js';

/** Where from, where to, and whom to believe. */
export interface AssetRequest {
  /** The directory of the release. */
  readonly server: ReleaseServer;
  readonly store: ObjectStore;
  readonly keyring: Keyring;
  readonly allowExpiredKey: boolean;
  /** What a file of the store may occupy. */
  readonly roomFor: (path: string) => Room;
  /** The image that is being made: it has the file before anybody else may collect it. */
  readonly draft: string;
}

/** A file that is in the store now. */
export interface FetchedAsset {
  /** As the server has it. */
  readonly name: string;
  /** As it is used here: without the extension of a compression. */
  readonly file: string;
  /** Of what the server has. */
  readonly sha512: string;
  /** Of what is in the store, the same unless it was compressed. */
  readonly object: string;
  readonly sizeBytes: number;
  /** Fingerprint of the signer's primary key. */
  readonly signedBy: string;
  readonly companions: Companions;
}

/**
 * Brings the first of these files that the release has, from a mirror where it and all beside it are as
 * they should be. Throws MISSING_ASSET, BAD_SIGNATURE, UNKNOWN_SIGNER, EXPIRED_KEY, BAD_DIGESTS,
 * DIGEST_MISMATCH, OVER_QUOTA (all usage), NO_DISK_SPACE and what `transfer` throws (infrastructure).
 */
export async function fetchAsset(
  names: readonly string[],
  request: AssetRequest,
): Promise<FetchedAsset> {
  return await fromGoodMirror(request.server, async () => await fetchFirst(names, request));
}

async function fetchFirst(names: readonly string[], request: AssetRequest): Promise<FetchedAsset> {
  for (const name of names) {
    const companions = await readCompanions(name, request);
    if (companions !== undefined) return await fetchFound(name, companions, request);
  }
  const [name = ''] = names;
  const problem = `${request.server.url(name)} is not there, nor is its .DIGESTS`;
  throw refused('MISSING_ASSET', problem, 'ask for another version, or try another --server');
}

async function fetchFound(
  name: string,
  companions: Companions,
  request: AssetRequest,
): Promise<FetchedAsset> {
  const { store, server } = request;
  const { log, signal } = server.context;
  const { sha512 } = companions;
  // What is no signature by a key of ours is found before half a gigabyte comes.
  await openFor(name, companions, request);
  const onWait = () => log(`another process is fetching ${name}; waiting for it`);
  await using _lock = await store.lock(sha512, { signal, onWait });
  const stored = unpackedName(name) === name ? await store.find(sha512, signal) : undefined;
  const settled =
    stored === undefined
      ? await download(name, companions, request)
      : await settle(stored, { name, companions }, request);
  const asset = toAsset({ name, companions, settled });
  await lay(asset, request);
  return asset;
}

/** Signature and digests stay beside the file, so that anybody can check it again by hand. */
async function lay(asset: FetchedAsset, { draft, store }: AssetRequest): Promise<void> {
  const { name, file, object, companions } = asset;
  await store.linkTo(object, join(draft, file));
  await writeFile(join(draft, `${name}.sig`), companions.signature);
  await writeFile(join(draft, `${name}.DIGESTS`), companions.digests);
}

function toAsset(parts: {
  readonly name: string;
  readonly companions: Companions;
  readonly settled: Settled;
}): FetchedAsset {
  const { name, companions, settled } = parts;
  const { object, sizeBytes, signedBy = '' } = settled;
  const { sha512 } = companions;
  return { name, file: unpackedName(name), sha512, object, sizeBytes, signedBy, companions };
}

/** What an earlier command left may be damaged: then it is brought as a whole. */
async function download(
  name: string,
  companions: Companions,
  request: AssetRequest,
): Promise<Settled> {
  const { store, server } = request;
  const { log } = server.context;
  const partial = store.partial(companions.sha512);
  const begun = await stat(partial).catch(() => undefined);
  for (let left = begun === undefined ? 0 : 1; ; left -= 1) {
    await bring(name, partial, request);
    try {
      return await settle(partial, { name, companions }, request);
    } catch (thrown) {
      await rm(partial, { force: true });
      if (!mayBeBetter(thrown) || left === 0) throw thrown;
      log(`${thrown.message.split(';')[0]}; fetching it again`);
    }
  }
}

/** Whether other bytes may do: what is as it was promised and does not fit is as large everywhere. */
function mayBeBetter(thrown: unknown): thrown is UsageError {
  return thrown instanceof UsageError && thrown.code !== 'OVER_QUOTA';
}

async function bring(name: string, partial: string, request: AssetRequest): Promise<void> {
  const { server, roomFor } = request;
  server.context.log(`fetching ${server.url(name)}`);
  if (await server.large(name, partial, roomFor(partial))) return;
  const problem = `${server.url(name)} is not there, though its .DIGESTS is`;
  throw refused('MISSING_ASSET', problem, 'the release is incomplete; ask for another version');
}

async function settle(
  path: string,
  { name, companions }: { readonly name: string; readonly companions: Companions },
  request: AssetRequest,
): Promise<Settled> {
  const { server, store, roomFor } = request;
  const { signal } = server.context;
  const subject = server.url(name);
  const { sha512 } = companions;
  const signature = await openFor(name, companions, request);
  return await settleFile(path, { name, sha512, subject, signature, store, roomFor, signal });
}

async function openFor(
  name: string,
  { signature }: Companions,
  { server, keyring, allowExpiredKey }: AssetRequest,
): Promise<SignatureCheck> {
  return await openSignature(signature, { keyring, subject: server.url(name), allowExpiredKey });
}
