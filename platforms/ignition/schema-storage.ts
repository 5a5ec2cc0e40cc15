/**
 * The shape of a config's `storage` section: disks from partitions to file systems, and the nodes
 * in them.
 */

import { z } from 'zod';
import type { IgnitionVersion } from '../../harness/model/ignition.js';
import {
  absolutePath,
  count,
  flag,
  guid,
  isUnique,
  mode,
  name,
  type ResourceSchema,
  text,
} from './schema-fields.js';

/** Arguments of a program, which may repeat a flag. */
const options = z.array(text).optional();

const owner = z.strictObject({ id: count, name: text.optional() }).optional();
const node = { path: absolutePath, overwrite: flag, user: owner, group: owner };

const partition = z.strictObject({
  label: text
    .max(36, 'must have at most 36 characters')
    .refine((label) => !label.includes(':'), 'must not contain a colon')
    .optional(),
  number: count,
  startMiB: count,
  sizeMiB: count,
  typeGuid: guid,
  guid,
  resize: flag,
  wipePartitionEntry: flag,
  shouldExist: flag,
});

const raid = z.strictObject({
  name: name.refine((value) => !value.includes('/'), 'must not contain a slash'),
  level: z.enum(
    ['linear', 'raid0', '0', 'stripe', 'raid1', '1', 'mirror'].concat([
      'raid4',
      '4',
      'raid5',
      '5',
      'raid6',
      '6',
      'raid10',
      '10',
    ]),
    'must be a RAID level such as raid1',
  ),
  devices: z
    .array(absolutePath)
    .min(1, 'must name a device')
    .refine(isUnique, 'must not repeat a device'),
  spares: count,
  options: options,
});

const filesystem = z.strictObject({
  device: absolutePath,
  path: z.union([z.literal(''), absolutePath]).optional(),
  format: z
    .enum(['', 'ext4', 'btrfs', 'xfs', 'vfat', 'swap', 'none'], 'must be a known file system')
    .optional(),
  label: text.optional(),
  uuid: text.optional(),
  options: options,
  mountOptions: options,
  wipeFilesystem: flag,
});

/** What 3.4.0 adds to LUKS: discard, open options, Tang advertisements. */
function luksOf(version: IgnitionVersion, resource: ResourceSchema) {
  const newer = version !== '3.3.0';
  return z.strictObject({
    name: name.refine((value) => !value.includes('/'), 'must not contain a slash'),
    device: absolutePath,
    keyFile: resource.optional(),
    label: text.max(47, 'must have at most 47 characters').optional(),
    uuid: text.optional(),
    options: options,
    wipeVolume: flag,
    ...(newer ? { openOptions: options, discard: flag } : {}),
    clevis: z
      .strictObject({
        tpm2: flag,
        custom: z.strictObject({ pin: name, config: name, needsNetwork: flag }).optional(),
        threshold: z.int().min(1, 'must be at least 1').optional(),
        tang: z
          .array(
            z.strictObject({
              url: text.regex(/^https?:\/\/./, 'must be an http or https URL'),
              thumbprint: name,
              ...(newer ? { advertisement: text.refine(isJson, 'must be JSON').optional() } : {}),
            }),
          )
          .optional(),
      })
      .optional(),
  });
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return value === '';
  }
}

/** The `storage` section in one version of the specification. */
export function storageOf(version: IgnitionVersion, resource: ResourceSchema) {
  const contents = { contents: resource.optional(), append: z.array(resource).optional() };
  return z.strictObject({
    disks: z
      .array(
        z.strictObject({
          device: absolutePath,
          wipeTable: flag,
          partitions: z.array(partition).optional(),
        }),
      )
      .optional(),
    raid: z.array(raid).optional(),
    luks: z.array(luksOf(version, resource)).optional(),
    filesystems: z.array(filesystem).optional(),
    files: z.array(z.strictObject({ ...node, ...contents, mode })).optional(),
    directories: z.array(z.strictObject({ ...node, mode })).optional(),
    links: z
      .array(
        z.strictObject({
          ...node,
          target: name,
          hard: flag,
        }),
      )
      .optional(),
  });
}
