/**
 * The small files beside a release file: its detached signature, and the list of its digests with a
 * signature of its own.
 */

import { openClearsigned, verifySmall } from './detached-signature.js';
import { sha512Of } from './digests-text.js';
import { refused } from './fetch-errors.js';
import type { Keyring } from './keyring.js';
import type { ReleaseServer } from './release-server.js';

/** Whom to ask and whom to believe. */
export interface CompanionRequest {
  readonly server: ReleaseServer;
  readonly keyring: Keyring;
  readonly allowExpiredKey: boolean;
}

export interface Companions {
  /** The bytes of `NAME.sig`. */
  readonly signature: Buffer;
  /** The text of `NAME.DIGESTS`. */
  readonly digests: string;
  readonly sha512: string;
  /** How the list of digests is signed itself; the file's own signature counts in any case. */
  readonly digestsSigned: 'sig' | 'asc' | 'not';
}

/**
 * Undefined when there is neither of them. Throws MISSING_ASSET when only one is there, BAD_DIGESTS,
 * BAD_SIGNATURE, UNKNOWN_SIGNER and EXPIRED_KEY (all usage), and what `transfer` throws.
 */
export async function readCompanions(
  name: string,
  request: CompanionRequest,
): Promise<Companions | undefined> {
  const { server } = request;
  const digests = await server.small(`${name}.DIGESTS`);
  const signature = await server.small(`${name}.sig`);
  if (digests === undefined && signature === undefined) return undefined;
  if (digests === undefined) throw missing(server.url(`${name}.DIGESTS`));
  if (signature === undefined) throw missing(server.url(`${name}.sig`));
  const { text, digestsSigned } = await signedText(name, digests, request);
  const sha512 = sha512Of(name, text, server.url(`${name}.DIGESTS`));
  return { signature, digests: text, sha512, digestsSigned };
}

/** What is signed is what counts: the text inside a clear signature, where there is only that. */
async function signedText(name: string, digests: Buffer, request: CompanionRequest) {
  const { server, keyring, allowExpiredKey } = request;
  const subject = server.url(`${name}.DIGESTS`);
  const options = { keyring, subject, allowExpiredKey };
  const signature = await server.small(`${name}.DIGESTS.sig`);
  if (signature !== undefined) {
    await verifySmall(digests, signature, options);
    return { text: digests.toString('utf8'), digestsSigned: 'sig' } as const;
  }
  const text = await readClearDigests(name, request);
  if (text === undefined) {
    return { text: digests.toString('utf8'), digestsSigned: 'not' } as const;
  }
  return { text, digestsSigned: 'asc' } as const;
}

/**
 * The text inside the clear signature `NAME.DIGESTS.asc`; undefined when it is not there. Throws
 * BAD_SIGNATURE (usage), and what `transfer` throws.
 */
export async function readClearDigests(
  name: string,
  { server, keyring, allowExpiredKey }: CompanionRequest,
): Promise<string | undefined> {
  const clear = await server.small(`${name}.DIGESTS.asc`);
  if (clear === undefined) return undefined;
  const subject = server.url(`${name}.DIGESTS`);
  return await openClearsigned(clear.toString('utf8'), { keyring, subject, allowExpiredKey });
}

function missing(url: string): Error {
  const next = 'the release is incomplete; ask for another version';
  return refused('MISSING_ASSET', `${url} is not there`, next);
}
