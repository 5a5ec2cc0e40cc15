/**
 * Disks of a machine that failed, for whoever wants to look inside. They are overlays: whoever opens
 * them needs the image that they are about, and says where it is (`qemu-img rebase -u`).
 */

import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Moves them; both directories are on one file system. A machine that never had disks keeps none. */
export async function keepDisks(diskDirectory: string, artifactDirectory: string): Promise<void> {
  const names = await readdir(diskDirectory).catch(() => []);
  const disks = names.filter((name) => name.endsWith('.qcow2'));
  if (disks.length === 0) return;
  const kept = join(artifactDirectory, 'disks');
  await mkdir(kept, { recursive: true });
  for (const name of disks) await rename(join(diskDirectory, name), join(kept, name));
}
