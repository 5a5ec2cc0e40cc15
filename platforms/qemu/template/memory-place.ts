/**
 * Where the memory of a machine lives while it becomes a template: in a file system in memory while
 * there is room, since a file on disk is written back again and again as the guest changes it. What
 * is kept is on disk: a template outlives the host's next start, and takes no memory when unused.
 */

import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { InfrastructureError } from '../../../harness/base/errors.js';
import { ownedName } from '../../../harness/base/owned-name.js';
import { removeTree } from '../../../harness/base/run-dir.js';
import { templateFiles } from './template.js';

/** POSIX shared memory, where Linux has a tmpfs; containers often have a small one. */
export const sharedMemory = '/dev/shm';

/** Of tmpfs. Source: Linux, include/uapi/linux/magic.h, TMPFS_MAGIC. */
const tmpfsType = 0x01021994;

/** What others may take while this guest fills its own. */
const spareMiB = 1024;

export interface MemoryPlace extends AsyncDisposable {
  /** The file that QEMU maps. */
  readonly path: string;
  /** The directory that goes when this is disposed of; the draft's own stays. */
  readonly directory: string;
  /** Puts the memory of the ended machine into the draft. Throws TEMPLATE_NOT_COPIED. */
  keep(signal: AbortSignal): Promise<void>;
}

/** Chooses the place for a guest of that size; `root` is where memory may be a file system. */
export async function placeMemory(
  draft: string,
  memoryMiB: number,
  root = sharedMemory,
): Promise<MemoryPlace> {
  const kept = join(draft, templateFiles.memory);
  const hasRoom = (await tmpfsRoomMiB(root)) >= memoryMiB + spareMiB;
  const made = join(root, ownedName('memory'));
  if (!hasRoom || !(await isMade(made))) {
    return { path: kept, directory: draft, async keep() {}, async [Symbol.asyncDispose]() {} };
  }
  const path = join(made, templateFiles.memory);
  return {
    ...{ path, directory: made },
    keep: (signal) => copySparse(path, kept, signal),
    [Symbol.asyncDispose]: () => removeTree(made),
  };
}

async function isMade(directory: string): Promise<boolean> {
  return await mkdir(directory, { mode: 0o700 }).then(
    () => true,
    () => false,
  );
}

/** Free memory that such files may take; none where there is no tmpfs. */
async function tmpfsRoomMiB(root: string): Promise<number> {
  const { type, bavail, bsize } = await statfs(root).catch(() => ({
    type: 0,
    bavail: 0,
    bsize: 0,
  }));
  return type === tmpfsType ? (bavail * bsize) / 2 ** 20 : 0;
}

/** Most of a guest's memory was never touched: cp (coreutils) leaves those parts out. */
export async function copySparse(from: string, to: string, signal: AbortSignal): Promise<void> {
  const options = { cancelSignal: signal, reject: false } as const;
  const { failed, stderr } = await execa('cp', ['--sparse=always', from, to], options);
  signal.throwIfAborted();
  if (!failed) return;
  const message = 'the memory of a template could not be copied; is the disk full?';
  throw new InfrastructureError('TEMPLATE_NOT_COPIED', message, {
    phase: 'host',
    evidence: stderr,
  });
}
