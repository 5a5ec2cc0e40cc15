/**
 * A whole release on a server of this host, with small files, and what an audit finds wrong with it.
 */

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { assetsOf, documentedAssets } from '../../../harness/model/documented-assets.js';
import { type AuditRequest, auditRelease } from '../../../images/audit/audit-release.js';
import { HttpClient } from '../../../images/fetch/http-client.js';
import { openKeyring } from '../../../images/fetch/keyring.js';
import { ReleaseServer } from '../../../images/fetch/release-server.js';
import { writePayload } from '../../../images/payload/write-payload.js';
import { FileServer, shortLimits } from '../../support/file-server.js';
import { makeKey, SignedFiles } from '../../support/release-signatures.js';

export const version = '4593.2.5';
export const release = { version, arch: 'amd64' } as const;
export const board = `/amd64-usr/${version}`;
const smallTable = documentedAssets.map((one) => ({ ...one, leastBytes: 64, mostBytes: 2 ** 22 }));
export const pxe = 'flatcar_production_pxe.vmlinuz';
export const updateName = 'flatcar_production_update.gz';
export const key = await makeKey();
const payloadKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });

async function makePayload(directory: string): Promise<Buffer> {
  const [partition, kernel] = [join(directory, 'partition'), join(directory, 'kernel')];
  await writeFile(partition, randomBytes(2 ** 20));
  await writeFile(kernel, randomBytes(10_000));
  const path = join(directory, 'payload');
  await writePayload({ partition, kernel, key: payloadKeys.privateKey }, path);
  return await readFile(path);
}

export const payload = await makePayload(t.testdir());
export const files = new SignedFiles(key);
for (const asset of assetsOf(documentedAssets, release)) {
  const [name = ''] = asset.names;
  const path = `${board}/${name}`;
  if (asset.signed === 'payload') files.map.set(path, payload);
  else if (name !== 'version.txt') await files.add(path, randomBytes(200));
}
await files.add(
  `${board}/version.txt`,
  Buffer.from(`FLATCAR_VERSION=${version}\nFLATCAR_VERSION_ID=${version}\nFLATCAR_BUILD_ID=x\n`),
);

/** The server, and what is asked of it. */
export interface Scene {
  readonly server: FileServer;
  readonly request: AuditRequest;
}

/** Has the whole release; a test spoils something in it. */
export async function sceneFor(t: Test): Promise<Scene> {
  const server = await FileServer.start();
  for (const [path, bytes] of files.map) server.files.set(path, bytes);
  const file = join(t.testdir({ 'key.asc': key.publicKey.armor() }), 'key.asc');
  const keyring = await openKeyring({ files: [file], fingerprints: [key.fingerprint] });
  // Nothing stalls here but a busy host.
  const limits = { ...shortLimits, idleMs: 20_000 };
  const client = new HttpClient({ followHosts: [], limits });
  t.teardown(async () => {
    await client[Symbol.asyncDispose]();
    await server.close();
  });
  const context = { client, log: () => undefined, signal: new AbortController().signal };
  const directory = new ReleaseServer([`${server.url}${board}`], context);
  const payloadKey = payloadKeys.publicKey;
  return {
    server,
    request: {
      ...release,
      server: directory,
      updateServer: directory,
      keyring,
      allowExpiredKey: false,
      payloadKey,
      assets: smallTable,
    },
  };
}

/** What an audit finds wrong, as `NAME: PROBLEM`. */
export async function problems({ request }: Scene): Promise<readonly string[]> {
  const found = await auditRelease(request);
  return found.flatMap(({ name, problem }) => (problem ? [`${name}: ${problem}`] : []));
}
