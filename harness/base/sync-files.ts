/**
 * What must be whole after a power cut: a file has its size as soon as it is written to, and its bytes
 * only once the kernel has written them back.
 */

import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Waits until the files of a flat directory, and then their names, are on the disk (fsync(2)). */
export async function syncDirectory(directory: string): Promise<void> {
  for (const name of await readdir(directory)) await syncPath(join(directory, name));
  await syncPath(directory);
}

/** Waits until a file, or the names in a directory, are on the disk. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
