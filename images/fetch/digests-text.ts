/**
 * `.DIGESTS` beside a release file: a heading per algorithm, below it the digest and the name as the
 * coreutils write them (flatcar/scripts, ci-automation, create_digests). Pure.
 */

import { refused } from './fetch-errors.js';

const headingPattern = /^# (?<algorithm>[A-Z0-9]+) HASH$/;
const linePattern = /^(?<digest>[0-9a-fA-F]+)\s+\*?(?<name>\S+)$/;

/**
 * The SHA-512 of the file, in lower-case hexadecimal; MD5 and SHA-1 beside it prove nothing and are
 * not looked at. Throws BAD_DIGESTS (usage) when there is none, or more than one.
 */
export function sha512Of(name: string, text: string, where: string): string {
  let algorithm = '';
  const found = new Set<string>();
  for (const line of text.split(/\r?\n/)) {
    algorithm = headingPattern.exec(line)?.groups?.['algorithm'] ?? algorithm;
    const { digest, name: named } = linePattern.exec(line)?.groups ?? {};
    if (algorithm === 'SHA512' && digest?.length === 128 && named === name) {
      found.add(digest.toLowerCase());
    }
  }
  const [digest] = found;
  if (digest !== undefined && found.size === 1) return digest;
  const seen = found.size === 0 ? 'none' : `${found.size} different ones`;
  const problem = `${where} should hold one SHA-512 of ${name} and holds ${seen}`;
  throw refused('BAD_DIGESTS', problem, 'tell whoever runs the server; try another --server');
}
