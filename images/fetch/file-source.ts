/**
 * How a file from elsewhere is named: apart from what fetches it, which most commands never need.
 */

import { refused } from './fetch-errors.js';

/** Whether it is a URL rather than a path or a name. */
export function isUrl(text: string): boolean {
  return /^https?:\/\//.test(text);
}

/** Throws URL_WITHOUT_DIGEST and BAD_FETCH (usage). */
export function requireDigest(source: string, sha512: string | undefined): string {
  if (sha512 === undefined) {
    const next = 'add --sha512 with the digest that its maker publishes';
    throw refused('URL_WITHOUT_DIGEST', `${source} comes without a signature`, next);
  }
  if (/^[0-9a-f]{128}$/i.test(sha512)) return sha512.toLowerCase();
  const problem = `--sha512 ${sha512} has ${sha512.length} characters`;
  throw refused('BAD_FETCH', problem, 'give 128 hexadecimal digits');
}
