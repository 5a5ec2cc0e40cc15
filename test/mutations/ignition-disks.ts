/**
 * Defects that the suites about Ignition must see: partitions and file systems of further disks.
 */

import type { IgnitionFragment } from '../../harness/model/ignition.js';
import { changedConfig, notEnabled, withStorage, withUnits } from './edits.js';
import {
  assertionFailed,
  assertionFailedIn,
  commandFailed,
  ignitionFailed,
  type Mutation,
} from './mutation.js';

const randomUuid = '0b5c2a54-7a0e-4f1e-9d0e-6f6a1f0c9d11';

/** The btrfs of `ignition/second-disk` with other fields. */
function withBtrfs(config: IgnitionFragment, fields: object): IgnitionFragment {
  const filesystems = (config.storage?.filesystems ?? []).map((one) => {
    return one.format === 'btrfs' ? { ...one, ...fields } : one;
  });
  return withStorage(config, { filesystems });
}

/** One or more for each suite. */
export const mutations: readonly Mutation[] = [
  {
    id: 'ignition/partition-of-another-size',
    suite: 'ignition/second-disk',
    describes: 'One partition is smaller.',
    change: changedConfig((config) =>
      withStorage(config, {
        disks: (config.storage?.disks ?? []).map((disk) => ({
          ...disk,
          partitions: (disk.partitions ?? []).map((one) =>
            one.label === 'p-btrfs' ? { ...one, sizeMiB: 120 } : one,
          ),
        })),
      }),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/filesystem-wiped',
    suite: 'ignition/reuse-filesystem',
    describes: 'The config wipes the file system every time that Ignition runs.',
    change: changedConfig((config) =>
      withStorage(config, {
        filesystems: (config.storage?.filesystems ?? []).map((one) => ({
          ...one,
          wipeFilesystem: true,
        })),
      }),
    ),
    expect: commandFailed,
  },
  {
    id: 'ignition/root-as-shipped',
    suite: 'ignition/root-reformatted',
    describes: 'The config leaves ROOT as it is.',
    change: changedConfig((config) => withStorage(config, { filesystems: [] })),
    expect: assertionFailed,
  },
  {
    id: 'ignition/xfs-as-ext4',
    suite: 'ignition/root-reformatted',
    describes: 'Where xfs is asked for, ROOT is ext4.',
    change: changedConfig((config) =>
      withStorage(config, {
        filesystems: (config.storage?.filesystems ?? []).map((one) =>
          one.format === 'xfs' ? { ...one, format: 'ext4' as const } : one,
        ),
      }),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/other-roots-stay-small',
    suite: 'ignition/root-reformatted',
    describes: 'The service that grows the root file system is masked.',
    change: changedConfig((config) =>
      withUnits(config, [{ name: 'extend-filesystems.service', mask: true }]),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/old-table-stays',
    suite: 'ignition/used-disk',
    describes:
      'The config does not ask for the table to be wiped, and what it wants finds no room.',
    change: changedConfig((config) =>
      withStorage(config, {
        disks: (config.storage?.disks ?? []).map((disk) => ({ ...disk, wipeTable: false })),
      }),
    ),
    expect: { ...ignitionFailed, step: 'Ignition runs again: nothing is left of that' },
  },
  {
    id: 'ignition/old-partition-stays',
    suite: 'ignition/used-disk',
    describes: 'The config does not ask for the third partition to go.',
    change: changedConfig((config) =>
      withStorage(config, {
        disks: (config.storage?.disks ?? []).map((disk) => ({
          ...disk,
          partitions: (disk.partitions ?? []).filter((one) => one.shouldExist !== false),
        })),
      }),
    ),
    expect: assertionFailedIn('Ignition runs again: nothing is left of that'),
  },
  {
    id: 'ignition/everything-is-wiped',
    suite: 'ignition/used-disk',
    describes: 'The file system that is to stay is made anew.',
    change: changedConfig((config) =>
      withStorage(config, {
        filesystems: (config.storage?.filesystems ?? []).map((one) => ({
          ...one,
          wipeFilesystem: true,
        })),
      }),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/another-uuid',
    suite: 'ignition/second-disk',
    describes: 'The btrfs gets another UUID.',
    change: changedConfig((config) => withBtrfs(config, { uuid: randomUuid })),
    expect: assertionFailed,
  },
  {
    id: 'ignition/another-label',
    suite: 'ignition/second-disk',
    describes: 'The btrfs gets another label.',
    change: changedConfig((config) => withBtrfs(config, { label: 'f-other' })),
    expect: assertionFailed,
  },
  {
    id: 'ignition/swap-not-used',
    suite: 'ignition/second-disk',
    describes: 'The unit of the swap area is not enabled.',
    change: notEnabled('.swap'),
    expect: assertionFailed,
  },
  {
    id: 'ignition/vfat-not-mounted',
    suite: 'ignition/second-disk',
    describes: 'The mount unit of the vfat is not enabled.',
    change: notEnabled('srv-vfat.mount'),
    expect: commandFailed,
  },
];
