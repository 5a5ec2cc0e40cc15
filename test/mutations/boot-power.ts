/**
 * Defects that the suites about booting must see: how a machine is switched off, and comes up again.
 */

import type { IgnitionUnit } from '../../harness/model/ignition.js';
import { file } from '../../suites/support/provision.js';
import { changedConfig, sabotaged, withUnits } from './edits.js';
import { assertionFailed, commandFailed, type Mutation, unitFailed } from './mutation.js';

/** Dirties the root file system when it is stopped, and switches off without a word. */
const offAtOnce: IgnitionUnit = {
  name: 'off-at-once.service',
  enabled: true,
  contents: `[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
ExecStop=/bin/sh -c 'dd if=/dev/zero of=/var/dirty bs=64k count=64 conv=fsync; echo o > /proc/sysrq-trigger; sleep 60'
[Install]
WantedBy=multi-user.target
`,
};

/** One or more for each suite. */
export const mutations: readonly Mutation[] = [
  {
    id: 'boot/second-boot-degraded',
    suite: 'boot/reboot',
    describes: 'A unit fails in every boot but the first.',
    change: sabotaged({ script: 'exit 1', when: 'ConditionFirstBoot=no' }),
    expect: unitFailed,
  },
  {
    id: 'boot/full-esp-fails-a-unit',
    suite: 'boot/full-esp',
    describes: 'A unit of the machine insists on free space in the ESP.',
    change: sabotaged({ script: '[ "$(df --output=avail /boot | tail -n 1)" -gt 0 ]' }),
    expect: unitFailed,
  },
  {
    id: 'boot/off-without-unmounting',
    suite: 'boot/power-off',
    describes: 'Powering off is cut short: nothing is unmounted.',
    change: changedConfig((config) =>
      withUnits(config, [...(config.systemd?.units ?? []), offAtOnce]),
    ),
    expect: assertionFailed,
  },
  {
    id: 'boot/synced-file-lost',
    suite: 'boot/power-cut',
    describes: 'The file that was synced is not there after the next boot.',
    change: sabotaged({
      script: 'rm /var/synced',
      when: 'ConditionPathExists=/var/synced',
    }),
    expect: commandFailed,
  },
  {
    id: 'boot/button-ignored',
    suite: 'boot/power-button',
    describes: 'logind does nothing when the power key is pressed.',
    change: changedConfig((config) => ({
      ...config,
      storage: {
        files: [
          file('/etc/systemd/logind.conf.d/10-no-key.conf', '[Login]\nHandlePowerKey=ignore\n'),
        ],
      },
    })),
    expect: { phase: 'suite', code: 'POWER_OFF_TIMEOUT' },
  },
  {
    id: 'boot/panic-at-once',
    suite: 'boot/panic-reboots',
    describes: 'The kernel reboots at once after a panic.',
    change: sabotaged({ script: `echo 1 > /proc/sys/kernel/panic` }),
    expect: assertionFailed,
  },
  {
    id: 'boot/complaint-on-console',
    suite: 'boot/unattended',
    describes: 'A program crashes at boot, which the console tells.',
    change: sabotaged({ script: `echo "nginx[411]: error: cannot read the harbour" > /dev/ttyS0` }),
    expect: assertionFailed,
  },
  {
    id: 'boot/kernel-warns',
    suite: 'boot/unattended',
    describes: 'The kernel warns of itself at boot.',
    change: sabotaged({ script: `echo '<4>WARNING: CPU: 0 PID: 1 at mm/slub.c:1' > /dev/kmsg` }),
    expect: assertionFailed,
  },
  {
    id: 'boot/unit-comes-and-goes',
    suite: 'boot/repeat-boots',
    describes: 'A unit is started at every third boot only.',
    change: sabotaged({
      script: `n=$(cat /var/boots 2> /dev/null || echo 0); echo $((n + 1)) > /var/boots
        [ $((n % 3)) != 2 ] || systemd-run --unit=third --remain-after-exit true`,
    }),
    expect: assertionFailed,
  },
];
