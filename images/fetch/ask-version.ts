/**
 * Which release a directory of a server holds, by its `version.txt`.
 */

import { verifySmall } from './detached-signature.js';
import { refused } from './fetch-errors.js';
import { fromGoodMirror } from './good-mirror.js';
import type { Keyring } from './keyring.js';
import type { ReleaseName } from './release-names.js';
import type { ReleaseServer } from './release-server.js';
import { parseVersionText } from './version-text.js';

/** Which directory, and whom to believe. */
export interface VersionQuestion {
  readonly name: ReleaseName;
  readonly keyring: Keyring;
  readonly allowExpiredKey: boolean;
}

/**
 * The version, by a mirror that tells it as it should be; its signature is checked where it has one. Throws
 * MISSING_ASSET, BAD_SIGNATURE, UNKNOWN_SIGNER, EXPIRED_KEY, BAD_FETCH, VERSION_MISMATCH (usage), and what
 * `transfer` throws.
 */
export async function askVersion(root: ReleaseServer, question: VersionQuestion): Promise<string> {
  return await fromGoodMirror(root, async () => await askOnce(root, question));
}

async function askOnce(
  root: ReleaseServer,
  { name, keyring, allowExpiredKey }: VersionQuestion,
): Promise<string> {
  const path = `${name.kind === 'channel' ? name.directory : name.version}/version.txt`;
  const url = root.url(path);
  const text = await root.small(path);
  if (text === undefined) {
    const next = 'check the version, --arch and --server';
    throw refused('MISSING_ASSET', `${url} is not there`, next);
  }
  const signature = await root.small(`${path}.sig`);
  if (signature) await verifySmall(text, signature, { keyring, subject: url, allowExpiredKey });
  else root.context.log(`${url} is not signed; the image itself will tell its version`);
  const { version } = parseVersionText(text.toString('utf8'), url);
  if (name.kind === 'channel' || version === name.version) return version;
  const problem = `${url} speaks of ${version}, expected ${name.version}`;
  throw refused('VERSION_MISMATCH', problem, 'tell whoever runs the server');
}
