/**
 * Ignition's rules for RAID arrays, LUKS volumes and filesystems.
 */

import type {
  IgnitionDisk,
  IgnitionFilesystem,
  IgnitionLuks,
  IgnitionRaid,
  IgnitionVersion,
} from '../../../harness/model/ignition.js';
import { each, errorIf, type Finding, type Rule, warning } from '../report.js';
import { checkClevis } from './clevis-rules.js';
import { problemOfPath } from './path-rules.js';
import { checkResource } from './resource-rules.js';
import { problemOfSource } from './source-url.js';

const spareless = ['linear', 'raid0', '0', 'stripe'];
const redundant = 'raid1 1 mirror raid4 4 raid5 5 raid6 6 raid10 10'.split(' ');

/** What is wrong with an array. */
export const checkRaid: Rule<IgnitionRaid> = (raid, path) => [
  ...errorIf(problemOfLevel(raid), `${path}.level`),
  ...errorIf(!raid.devices?.length && 'an array needs devices', `${path}.devices`),
  ...each(`${path}.devices`, raid.devices, (device, place) =>
    errorIf(problemOfPath(device), place),
  ),
];

function problemOfLevel({ level, spares }: IgnitionRaid): string | false {
  if (!level) return 'an array needs its level';
  if (spareless.includes(level)) return Boolean(spares) && `${level} has no spares`;
  return !redundant.includes(level) && 'unknown RAID level';
}

/** What is wrong with a LUKS volume. */
export function checkLuks(version: IgnitionVersion): Rule<IgnitionLuks> {
  return (luks, path) => {
    const { name, device, label = '', keyFile, clevis } = luks;
    const badKey = keyFile?.source && problemOfSource(keyFile.source, version);
    const tooLong = Buffer.byteLength(label) > 47 && 'a LUKS label has at most 47 characters';
    return [
      ...errorIf(name.includes('/') && 'the name has a slash', `${path}.name`),
      ...errorIf(tooLong, `${path}.label`),
      ...errorIf(device ? problemOfPath(device) : 'a volume needs its device', `${path}.device`),
      ...errorIf(badKey ? 'the source of the key file is invalid' : undefined, `${path}.keys`),
      ...checkResource(version)(keyFile, `${path}.keyFile`),
      ...checkClevis(clevis, `${path}.clevis`),
    ];
  };
}

/** In bytes, by the manuals of the mkfs programs. */
const labelLimits: Readonly<Record<string, number>> = {
  ext4: 16,
  btrfs: 256,
  xfs: 12,
  swap: 15,
  vfat: 11,
};

/** Undefined for what is no filesystem, whatever objects inherit. */
function limitOf(format: string): number | undefined {
  return Object.hasOwn(labelLimits, format) ? labelLimits[format] : undefined;
}

/** What is wrong with a filesystem. */
export const checkFilesystem: Rule<IgnitionFilesystem> = (filesystem, path) => [
  ...errorIf(filesystem.path ? problemOfPath(filesystem.path) : undefined, `${path}.path`),
  ...errorIf(problemOfPath(filesystem.device), `${path}.device`),
  ...errorIf(problemOfFormat(filesystem), `${path}.format`),
  ...errorIf(problemOfLabel(filesystem), `${path}.label`),
];

function problemOfFormat(filesystem: IgnitionFilesystem): string | false {
  const { format, path, label, uuid, options, mountOptions, wipeFilesystem } = filesystem;
  if (format) return limitOf(format) === undefined && format !== 'none' && 'unknown filesystem';
  const others = path || label || uuid || wipeFilesystem || options?.length || mountOptions?.length;
  return Boolean(others) && 'the other fields need a format';
}

function problemOfLabel({ format, label }: IgnitionFilesystem): string | false {
  if (!label) return false;
  if (!format) return 'a label needs a format';
  const limit = limitOf(format) ?? Number.POSITIVE_INFINITY;
  return Buffer.byteLength(label) > limit && `${format} labels have at most ${limit} bytes`;
}

/** Filesystems on a whole disk that the config also partitions or wipes. */
export function checkWholeDisks(
  disks: readonly IgnitionDisk[] = [],
  filesystems: readonly IgnitionFilesystem[] = [],
): readonly Finding[] {
  return each('$.storage.filesystems', filesystems, ({ device, wipeFilesystem }, path) => {
    const disk = disks.findLast((candidate) => candidate.device === device);
    if (disk?.partitions?.length) {
      return [warning(`${path}.device`, 'the filesystem overwrites the partitions of this disk')];
    }
    if (!disk?.wipeTable || wipeFilesystem) return [];
    return [warning(`${path}.device`, 'wipeTable of this disk wipes the filesystem')];
  });
}
