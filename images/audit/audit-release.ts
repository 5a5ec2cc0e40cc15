/**
 * Release completeness: looks at every documented file of a release as its server has it. Each is
 * downloaded, measured, checked against its digests and signatures, and thrown away again.
 */

import type { KeyObject } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTempDirectory, removeTree } from '../../harness/base/run-dir.js';
import {
  assetEntryName,
  assetsOf,
  type DocumentedAsset,
} from '../../harness/model/documented-assets.js';
import type { Arch } from '../../harness/model/image.js';
import { type Companions, readClearDigests, readCompanions } from '../fetch/companions.js';
import { openSignature } from '../fetch/detached-signature.js';
import { sha512Of } from '../fetch/digests-text.js';
import { refused } from '../fetch/fetch-errors.js';
import type { Keyring } from '../fetch/keyring.js';
import { isFaultOfRelease } from '../fetch/release-faults.js';
import type { ReleaseServer } from '../fetch/release-server.js';
import { atMost, type Room } from '../fetch/room.js';
import { readPayload } from '../payload/read-payload.js';
import { verifyPayload } from '../payload/verify-payload.js';
import { hashThrough } from './hash-through.js';

/** Which release, where it is, and whom to believe. */
export interface AuditRequest {
  readonly version: string;
  readonly arch: Arch;
  /** The directory of the release on the release server. */
  readonly server: ReleaseServer;
  /** The same on the update server. */
  readonly updateServer: ReleaseServer;
  readonly keyring: Keyring;
  readonly allowExpiredKey: boolean;
  /** Of payloads; without it their signature is not looked at. */
  readonly payloadKey?: KeyObject;
  readonly assets: readonly DocumentedAsset[];
}

/** What was found of one file; without a problem it is as it should be. */
export interface AuditedAsset {
  /** `amd64-usr/flatcar_production_pxe.vmlinuz` */
  readonly name: string;
  readonly problem?: string;
  readonly sha256?: string;
  /** Of what has a `.DIGESTS`. */
  readonly sha512?: string;
  readonly sizeBytes?: number;
}

/**
 * Looks at all of them, and resolves also when some are bad. Throws what the network did
 * (infrastructure), and what is wrong with who asks (usage): neither says anything about the release.
 */
export async function auditRelease(request: AuditRequest): Promise<readonly AuditedAsset[]> {
  const found: AuditedAsset[] = [];
  for (const asset of assetsOf(request.assets, request)) {
    const one = await auditAsset(asset, request);
    request.server.context.log(`${one.name}: ${one.problem ?? 'good'}`);
    found.push(one);
  }
  return found;
}

async function auditAsset(asset: DocumentedAsset, request: AuditRequest): Promise<AuditedAsset> {
  const scratch = await makeTempDirectory('audit');
  const path = join(scratch, 'file');
  try {
    const look = asset.signed === 'payload' ? lookAtPayload : lookAtFile;
    const { name, ...facts } = await look(asset, request, path);
    return { name: assetEntryName(request.arch, name), ...facts };
  } catch (thrown) {
    if (!isFaultOfRelease(thrown)) throw thrown;
    const problem = (thrown.message.split('; ')[0] ?? '').replaceAll(path, 'the file');
    return { name: assetEntryName(request.arch, asset.names[0] ?? ''), problem };
  } finally {
    await removeTree(scratch);
  }
}

type Looked = AuditedAsset;

async function lookAtFile(
  asset: DocumentedAsset,
  request: AuditRequest,
  path: string,
): Promise<Looked> {
  const { server, keyring, allowExpiredKey } = request;
  const missing = asset.names[0] ?? '';
  const name = await findName(asset, server);
  if (name === undefined) return { name: missing, problem: 'it is not there' };
  const companions = await readCompanions(name, request);
  if (companions === undefined) return { name, problem: 'it has neither .sig nor .DIGESTS' };
  const subject = server.url(name);
  const signature = await openSignature(companions.signature, {
    keyring,
    subject,
    allowExpiredKey,
  });
  if (!(await server.large(name, path, roomOf(asset)))) return { name, problem: 'it is not there' };
  const { sha256, sha512 } = await hashThrough(path, signature, server.context.signal);
  const sizeBytes = (await stat(path)).size;
  const facts = { name, sha256, sha512, sizeBytes };
  if (sha512 !== companions.sha512) {
    return { ...facts, problem: `its SHA-512 is ${sha512}, .DIGESTS has ${companions.sha512}` };
  }
  await signature.finish();
  const problem = problemOf(asset, sizeBytes) ?? (await listProblem(name, companions, request));
  return problem === undefined ? facts : { ...facts, problem };
}

/** A fetch is content with one of the two signatures over the list; users may check by either. */
async function listProblem(
  name: string,
  { sha512, digestsSigned }: Companions,
  request: AuditRequest,
): Promise<string | undefined> {
  if (digestsSigned === 'not') return 'its .DIGESTS is not signed';
  if (digestsSigned === 'asc') return 'its .DIGESTS.sig is not there';
  const text = await readClearDigests(name, request);
  if (text === undefined) return 'its .DIGESTS.asc is not there';
  const clear = sha512Of(name, text, request.server.url(`${name}.DIGESTS.asc`));
  if (clear === sha512) return undefined;
  return `its .DIGESTS.asc has SHA-512 ${clear}, .DIGESTS has ${sha512}`;
}

/** By its digests or its signature, so that a file that lost one of the three is found all the same. */
async function findName(
  { names }: DocumentedAsset,
  server: ReleaseServer,
): Promise<string | undefined> {
  for (const name of names) {
    if (await server.has(name)) return name;
  }
  return undefined;
}

async function lookAtPayload(
  asset: DocumentedAsset,
  { updateServer, payloadKey }: AuditRequest,
  path: string,
): Promise<Looked> {
  const [name = ''] = asset.names;
  if (!(await updateServer.large(name, path, roomOf(asset))))
    return { name, problem: 'it is not there' };
  const sizeBytes = (await stat(path)).size;
  const payload = await readPayload(path);
  const { sha256, problems } = await verifyPayload(payload, payloadKey);
  const facts = { name, sha256, sizeBytes };
  const unsigned = payload.signatures.length === 0 ? 'it is not signed' : undefined;
  const problem = problems[0] ?? unsigned ?? problemOf(asset, sizeBytes);
  return problem === undefined ? facts : { ...facts, problem };
}

/** What is larger than any such file is not brought to its end. */
function roomOf(asset: DocumentedAsset): Room {
  return atMost(asset.mostBytes, (sizeBytes) => {
    return refused('BAD_FETCH', problemOf(asset, sizeBytes) ?? '', 'ask for another version');
  });
}

function problemOf(
  { leastBytes, mostBytes }: DocumentedAsset,
  sizeBytes: number,
): string | undefined {
  if (sizeBytes >= leastBytes && sizeBytes <= mostBytes) return undefined;
  return `it has ${sizeBytes} bytes, expected ${leastBytes} to ${mostBytes}`;
}
