/**
 * Disks of a machine that failed, for whoever wants to look inside. They are overlays over the image,
 * also those of a fork: its template may be gone tomorrow. Who opens them needs the image, and says
 * where it is (`qemu-img rebase -u`).
 */

import { access, mkdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { InfrastructureError } from '../../harness/base/errors.js';
import type { DriveSpec } from './machine-spec.js';

/** What is kept of a machine, where, and how long each disk may take. */
export interface KeptDisks {
  /** As the machine was planned: each over what it has below it in a cold boot. */
  readonly drives: readonly DriveSpec[];
  readonly artifactDirectory: string;
  readonly limitMs: number;
}

/**
 * Moves them; both directories are on one file system. A machine that never had disks keeps none.
 * Throws DISK_NOT_KEPT (infrastructure) once the others are in their place.
 */
export async function keepDisks(options: KeptDisks): Promise<void> {
  const present = await Promise.all(options.drives.map(ifPresent));
  const drives = present.flatMap((drive) => drive ?? []);
  if (drives.length === 0) return;
  const kept = join(options.artifactDirectory, 'disks');
  await mkdir(kept, { recursive: true });
  const moves = drives.map(async (drive) => {
    await layOverImage(drive, options.limitMs);
    await rename(drive.path, join(kept, basename(drive.path)));
  });
  const refused = (await Promise.allSettled(moves)).find(({ status }) => status === 'rejected');
  if (refused?.status === 'rejected') throw refused.reason;
}

async function ifPresent(drive: DriveSpec): Promise<DriveSpec | undefined> {
  return await access(drive.path).then(
    () => drive,
    () => undefined,
  );
}

/** Takes in what a template has between the two: qemu-img(1), `rebase`, in its safe mode. */
async function layOverImage({ path, content }: DriveSpec, limitMs: number): Promise<void> {
  const { path: backing, format } =
    content.kind === 'overlay' ? content.backing : { path: '', format: undefined };
  const onto = ['-b', backing, ...(format === undefined ? [] : ['-F', format])];
  const options = { reject: false, timeout: limitMs } as const;
  const end = await execa('qemu-img', ['rebase', '-q', '-f', 'qcow2', ...onto, path], options);
  if (!end.failed) return;
  const message = `${path} could not be kept as an overlay over its image; is the disk full?`;
  const evidence = end.stderr || end.shortMessage || 'no word from qemu-img';
  throw new InfrastructureError('DISK_NOT_KEPT', message, { phase: 'teardown', evidence });
}
