/**
 * The disks of a machine: that of the image, blank ones that the suite asked for, and a compact disc.
 */

import { join, resolve } from 'node:path';
import { defined } from '../../harness/base/errors.js';
import type { Image } from '../../harness/model/image.js';
import type { Role } from '../../harness/model/topology.js';
import type { DriveSpec, FileSpec } from './machine-spec.js';
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

function planSystem(role: Role, directory: string, image: Image): DriveSpec {
  return {
    id: 'system',
    path: join(directory, 'system.qcow2'),
    content: defined({
      kind: 'overlay' as const,
      backing: systemDisk(role, image),
      sizeMiB: role.systemDiskMiB,
    }),
    bootIndex: 1,
  };
}

/** Extras that are disks are in QEMU's own format. */
function systemDisk({ boot }: Role, { directory, descriptor: { disk, extras } }: Image): FileSpec {
  const other = boot.kind === 'disk' && extras.find(({ name }) => name === boot.preferring);
  return other
    ? { path: resolve(directory, other.file), format: 'qcow2' }
    : { path: resolve(directory, disk.file), format: disk.format };
}

/** Its file on the host. Throws EXTRA_MISSING (usage). */
export function planCd({ boot }: Role, image: Image): string | undefined {
  return boot.kind === 'cd' ? extraOf(boot.extra, image) : undefined;
}
