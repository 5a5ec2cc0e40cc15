/**
 * What a directory occupies on disk. Hard links count once, and not at all where another directory
 * holds them too.
 */

import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes on disk that would be free without it. What may not be read counts as nothing. */
export async function diskUsage(path: string): Promise<number> {
  return await usage(path, new Set());
}

async function usage(path: string, seen: Set<bigint>): Promise<number> {
  const found = await lstat(path, { bigint: true }).catch(() => undefined);
  if (found === undefined) return 0;
  if (found.nlink > 1n && !found.isDirectory()) {
    if (seen.has(found.ino)) return 0;
    seen.add(found.ino);
  }
  let bytes = Number(found.blocks) * 512;
  if (!found.isDirectory()) return bytes;
  const names = await readdir(path).catch(() => []);
  for (const name of names) bytes += await usage(join(path, name), seen);
  return bytes;
}
