/**
 * Digests of the builder's own files, so that an image or a cached stage is rebuilt when, and only
 * when, something that shapes it changed.
 */

import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Digest over names and contents of all files below the given paths, in stable order. */
export async function sourceDigest(root: string, paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await sourceFiles(root, paths)) {
    const contents = await readFile(join(root, file));
    hash.update(`${file}\0${contents.length}\0`).update(contents);
  }
  return hash.digest('hex').slice(0, 16);
}

/** The files that a digest is of, relative to the root, in stable order. */
export async function sourceFiles(
  root: string,
  paths: readonly string[],
): Promise<readonly string[]> {
  const files: string[] = [];
  for (const path of [...paths].sort()) {
    const full = join(root, path);
    if (!(await stat(full)).isDirectory()) files.push(path);
    else {
      const names = await readdir(full);
      files.push(
        ...(await sourceFiles(
          root,
          names.map((name) => join(path, name)),
        )),
      );
    }
  }
  return files;
}
