/**
 * Defects that the suites about Ignition must see: arrays, and the boot disk's own partitions.
 */

import { changedConfig, changedSource, withFiles, withStorage } from './edits.js';
import { assertionFailed, assertionFailedIn, commandFailed, type Mutation } from './mutation.js';

/** One or more for each suite. */
export const mutations: readonly Mutation[] = [
  {
    id: 'ignition/no-tenth-partition',
    suite: 'ignition/boot-disk-partition',
    describes: 'The config does not resize ROOT, and the other partition is on no disk.',
    change: changedConfig((config) => withStorage(config, { disks: [], filesystems: [] })),
    expect: assertionFailed,
  },
  {
    id: 'ignition/array-of-three',
    suite: 'ignition/raid-data',
    describes: 'Arrays lack a member.',
    change: changedConfig((config) =>
      withStorage(config, {
        raid: (config.storage?.raid ?? []).map((one) =>
          one.level === 'raid5' ? { ...one, devices: (one.devices ?? []).slice(0, 3) } : one,
        ),
      }),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/stripes-are-a-mirror',
    suite: 'ignition/raid-root',
    describes: 'The array of four disks is no RAID 0.',
    change: changedConfig((config) =>
      withStorage(config, {
        raid: (config.storage?.raid ?? []).map((one) =>
          one.name === 'rootarray' && one.level === 'raid0' ? { ...one, level: 'raid10' } : one,
        ),
      }),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/root-on-no-array',
    suite: 'ignition/raid-root',
    describes: 'ROOT stays where it was, beside the arrays.',
    change: changedConfig((config) =>
      withStorage(config, {
        filesystems: (config.storage?.filesystems ?? []).filter(
          ({ label }) => label !== 'ROOT' && label !== 'wasteland',
        ),
      }),
    ),
    expect: assertionFailedIn('one system runs on two members, the other on four'),
  },
  {
    id: 'ignition/mirror-wants-both',
    suite: 'ignition/raid-root',
    describes: 'An array that lacks a member is waited for in vain.',
    change: changedSource('mirror-wants-both', {
      file: 'steps/initrd.sh',
      from: 'cp -P /stage/initrd-units/* $tree/usr/lib/systemd/system/\n',
      to: `cp -P /stage/initrd-units/* $tree/usr/lib/systemd/system/
rm $tree/usr/lib/systemd/system/mdadm-last-resort@.timer\n`,
    }),
    expect: { phase: 'initrd', code: 'DEVICE_TIMEOUT' },
  },
  {
    id: 'ignition/oem-file-elsewhere',
    suite: 'ignition/oem-path',
    describes: 'The file for the OEM partition has another name.',
    change: changedConfig((config) =>
      withFiles(config, (one) =>
        one.path === '/oem/new-path' ? { ...one, path: '/oem/other-path' } : one,
      ),
    ),
    expect: commandFailed,
  },
  {
    id: 'ignition/oem-contents-differ',
    suite: 'ignition/oem-scheme',
    describes: 'The file has contents of its own.',
    change: changedConfig((config) =>
      withFiles(config, (one) => ({ ...one, contents: { source: 'data:,other%0A' } })),
    ),
    expect: assertionFailed,
  },
];
