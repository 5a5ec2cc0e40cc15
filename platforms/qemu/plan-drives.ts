/**
 * The disks of a machine: that of the image, blank ones that the suite asked for, and a compact disc.
 */

import { join, resolve } from 'node:path';
import { defined } from '../../harness/base/errors.js';
import type { Image } from '../../harness/model/image.js';
import type { Role } from '../../harness/model/topology.js';
import type { DriveSpec } from './machine-spec.js';
import { extraOf } from './plan-services.js';

/** `directory` holds the files. A machine that boots something else has no system disk. */
export function planDrives(role: Role, directory: string, image: Image): DriveSpec[] {
  const system = role.boot.kind === 'disk' ? [planSystem(role, directory, image)] : [];
  const extra = role.disks.map(({ name, sizeMiB }, index): DriveSpec => {
    const id = `disk${index}`;
    const content = { kind: 'blank', sizeMiB } as const;
    return { id, path: join(directory, `${id}.qcow2`), content, serial: name };
  });
  return [...system, ...extra];
}

/** The extra that is the same disk, signed, where the image's own is not. */
const signedDisk = 'signed-disk';

function planSystem(
  { systemDiskMiB, secureBoot }: Role,
  diskDirectory: string,
  { directory, descriptor: { disk, extras } }: Image,
): DriveSpec {
  const signed = secureBoot && extras.find(({ name }) => name === signedDisk);
  const { file } = signed || disk;
  const backing = {
    path: resolve(directory, file),
    format: signed ? 'qcow2' : disk.format,
  } as const;
  return {
    id: 'system',
    path: join(diskDirectory, 'system.qcow2'),
    content: defined({ kind: 'overlay' as const, backing, sizeMiB: systemDiskMiB }),
    bootIndex: 1,
  };
}

/** Its file on the host. Throws EXTRA_MISSING (usage). */
export function planCd({ boot }: Role, image: Image): string | undefined {
  return boot.kind === 'cd' ? extraOf(boot.extra, image) : undefined;
}
