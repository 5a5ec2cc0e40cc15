/**
 * Secrets within texts of which the rest is worth reading: addresses, units, configs that are no JSON.
 */

import { createHash } from 'node:crypto';

/** What stands for a secret; the same for the same. */
export function mask(secret: string): string {
  return `masked sha256:${createHash('sha256').update(secret).digest('hex').slice(0, 16)}`;
}

/** An address without the name and password in it, and without its query, which may be a signature. */
export function maskUrl(url: string): string {
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1masked@')
    .replace(/\?[^#]*/, (query) => `?${encodeURIComponent(mask(query))}`);
}

const secretNames = 'pass(?:word|wd|phrase)|token|secret|(?:private|preshared|api)[-_]?key';

/** `NAME=value` or `name: value`, with anything of the name before and after. */
const assignment = new RegExp(
  `((?:${secretNames})[\\w-]*["']?[ \\t]*[=:][ \\t]*)(\\S[^\\n]*)`,
  'gi',
);

const privateKey =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** A text in which what is assigned to names of secrets, and private keys, are digests. */
export function maskAssignments(text: string): string {
  return text
    .replace(privateKey, (key) => mask(key))
    .replace(assignment, (_, name: string, value: string) => `${name}${mask(value)}`);
}
