/**
 * Defects that the suites about storage must see.
 */

import { file } from '../../suites/support/provision.js';
import { changedConfig, changedSelinux, sabotaged, withStorage, withUnits } from './edits.js';
import { assertionFailed, commandFailed, type Mutation, unitFailed } from './mutation.js';

// Were the unit masked, what it checks would not be mounted either.
const uncheckedPath = '/etc/systemd/system/systemd-fsck@.service.d/50-unchecked.conf';
const unchecked = '[Service]\nExecStart=\nExecStart=/bin/true\n';

/** One or more for each suite of `storage`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'storage/root-read-only',
    suite: 'storage/root-filesystem',
    describes: 'The root file system becomes read-only at the end of the boot, as after an error.',
    change: sabotaged({
      // What is open for writing keeps mount(8) from it, and not the kernel.
      script: 'echo u > /proc/sysrq-trigger\nuntil findmnt -nO ro /; do sleep 0.1; done',
    }),
    expect: assertionFailed,
  },
  {
    id: 'storage/no-discard',
    suite: 'storage/trim',
    describes: 'The disk of the root file system is told to know no discard.',
    change: sabotaged({ script: 'echo 0 > /sys/block/vda/queue/discard_max_bytes' }),
    expect: assertionFailed,
  },
  {
    id: 'storage/lvm-not-activated',
    suite: 'storage/lvm',
    describes: 'LVM is configured not to activate volumes by itself.',
    change: sabotaged({
      script: `mkdir -p /etc/lvm
        printf 'global { event_activation = 0 }\\nactivation { auto_activation_volume_list = [] }\\n' \\
          > /etc/lvm/lvmlocal.conf`,
    }),
    expect: assertionFailed,
  },
  {
    id: 'storage/no-check-at-boot',
    suite: 'storage/fsck',
    describes: 'The units that check file systems check nothing.',
    change: changedConfig((config) =>
      withStorage(config, { files: [file(uncheckedPath, unchecked)] }),
    ),
    expect: assertionFailed,
  },
  {
    id: 'storage/root-stays-small',
    suite: 'storage/root-grown',
    describes: 'The service that grows the root file system is masked.',
    change: changedConfig((config) =>
      withUnits(config, [{ name: 'extend-filesystems.service', mask: true }]),
    ),
    expect: assertionFailed,
  },
  {
    id: 'storage/share-not-mounted',
    suite: 'storage/shared-directory',
    describes: 'The mount unit is not enabled.',
    change: changedConfig((config) =>
      withUnits(
        config,
        (config.systemd?.units ?? []).map((one) => ({ ...one, enabled: false })),
      ),
    ),
    expect: commandFailed,
  },
  {
    id: 'storage/kernel-without-9p',
    suite: 'storage/shared-directory',
    describes: 'The kernel is one that knows no 9p.',
    change: changedSelinux({
      file: 'steps/selinux.sh',
      from: 'KERNEL=other',
      to: 'KERNEL=standard',
    }),
    expect: unitFailed,
  },
  {
    id: 'storage/other-files-shared',
    suite: 'storage/shared-directory',
    describes: 'Something else is mounted over what the host shares.',
    change: sabotaged({
      script:
        'mkdir /run/other; echo other > /run/other/cargo; mount --bind /run/other /media/harbour',
      when: 'After=media-harbour.mount',
    }),
    expect: assertionFailed,
  },
];
