/**
 * The OpenPGP public keys that may have signed a release: files that the user names, or that lie in
 * the user's configuration. A key counts only when its fingerprint is pinned.
 */

import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { type PublicKey, readKeys } from 'openpgp';
import { toError } from '../../harness/base/errors.js';
import { refused } from './fetch-errors.js';

/**
 * Primary key of Flatcar's releases, buildbot@flatcar-linux.org. Source: `GPG_LONG_ID` and the key in
 * flatcar/init, `bin/flatcar-install`.
 */
export const flatcarFingerprint = 'f88cfedeff29a5b4d9523864e25d9aed0593b34a';

/** Which keys the user named. */
export interface KeyringOptions {
  /** Key files, armoured or binary; none: all of {@link keysDirectory}. */
  readonly files: readonly string[];
  /** Fingerprints of primary keys besides Flatcar's, in hexadecimal, blanks allowed. */
  readonly fingerprints: readonly string[];
  readonly directory?: string;
}

/** Keys that are believed. */
export interface Keyring {
  readonly keys: readonly PublicKey[];
}

/** `$XDG_CONFIG_HOME/switchyard/keys`, or `~/.config/switchyard/keys`. */
export function keysDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const config = environment['XDG_CONFIG_HOME'] || join(homedir(), '.config');
  return join(config, 'switchyard', 'keys');
}

/** In the keys' directory: pinned fingerprints, one a line, `#` begins a comment. */
const fingerprintsFile = 'fingerprints';

/**
 * Reads the keys. Throws NO_KEY when there is none at all, BAD_KEY for a file that is no public key, and
 * KEY_NOT_PINNED for a key whose fingerprint nobody vouched for (all usage).
 */
export async function openKeyring(options: KeyringOptions): Promise<Keyring> {
  const directory = options.directory ?? keysDirectory();
  const pinned = await pinnedFingerprints(options, directory);
  const files = options.files.length > 0 ? options.files : await keyFiles(directory);
  const keys: PublicKey[] = [];
  for (const file of files) keys.push(...(await readPinned(file, pinned)));
  if (keys.length > 0) return { keys };
  const next = `give --key FILE, or put Flatcar's image signing key into ${directory}`;
  throw refused('NO_KEY', 'there is no public key to check signatures with', next);
}

async function keyFiles(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => []);
  const keys = names.filter((name) => /\.(asc|gpg|pgp|key|pub)$/.test(name)).sort();
  return keys.map((name) => join(directory, name));
}

async function pinnedFingerprints(
  { fingerprints }: KeyringOptions,
  directory: string,
): Promise<ReadonlySet<string>> {
  const text = await readFile(join(directory, fingerprintsFile), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.replace(/#.*/, ''));
  const given = [...lines, ...fingerprints].map(normalise).filter((one) => one !== '');
  for (const one of given) {
    if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(one)) continue;
    const next = 'give all 40 hexadecimal digits, as gpg --fingerprint prints them';
    throw refused('BAD_KEY', `${one} is no fingerprint of a key`, next);
  }
  return new Set([flatcarFingerprint, ...given]);
}

function normalise(fingerprint: string): string {
  return fingerprint.replaceAll(/\s/g, '').replace(/^0x/, '').toLowerCase();
}

async function readPinned(
  file: string,
  pinned: ReadonlySet<string>,
): Promise<readonly PublicKey[]> {
  const keys = await readKeyFile(file);
  for (const key of keys) {
    const fingerprint = key.getFingerprint();
    if (pinned.has(fingerprint)) continue;
    const expected = [...pinned].join(' or ');
    const problem = `key ${file}: its fingerprint is ${fingerprint}, expected ${expected}`;
    const next = "check it with the key's owner, then give --fingerprint";
    throw refused('KEY_NOT_PINNED', problem, next);
  }
  return keys;
}

async function readKeyFile(file: string): Promise<readonly PublicKey[]> {
  try {
    const bytes = await readFile(file);
    const isArmored = bytes.includes('-----BEGIN PGP');
    const keys = isArmored
      ? await readKeys({ armoredKeys: bytes.toString('utf8') })
      : await readKeys({ binaryKeys: bytes });
    return keys.map((key) => key.toPublic());
  } catch (thrown) {
    const problem = `key ${basename(file)}: ${toError(thrown).message}`;
    throw refused('BAD_KEY', problem, 'give an OpenPGP public key, armoured or binary');
  }
}
