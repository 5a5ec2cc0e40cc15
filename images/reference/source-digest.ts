/**
 * Digests of the builder's own files, so that an image or a cached stage is rebuilt when, and only
 * when, something that shapes it changed.
 */

import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Digest over names, contents and kinds of all files below the given paths, in stable order. */
export async function sourceDigest(root: string, paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of [...paths].sort()) await add(hash, root, path);
  return hash.digest('hex').slice(0, 16);
}

async function add(hash: ReturnType<typeof createHash>, root: string, path: string): Promise<void> {
  const full = join(root, path);
  if ((await stat(full)).isDirectory()) {
    for (const name of (await readdir(full)).sort()) await add(hash, root, join(path, name));
    return;
  }
  const contents = await readFile(full);
  hash.update(`${path}\0${contents.length}\0`).update(contents);
}
