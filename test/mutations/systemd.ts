/**
 * Defects that the suites about systemd must see.
 */

import type { IgnitionUnit } from '../../harness/model/ignition.js';
import { changedConfig, changedImage, sabotaged, withFiles, withUnits } from './edits.js';
import { assertionFailed, commandFailed, type Mutation, type MutationChange } from './mutation.js';

/** A unit that starts after another one. */
function waiting(name: string, after: string): IgnitionUnit {
  const lines = ['[Unit]', `After=${after}`, '[Service]', 'ExecStart=/bin/true', '[Install]'];
  return { name, enabled: true, contents: [...lines, 'WantedBy=multi-user.target', ''].join('\n') };
}

/** A unit that nothing starts, whatever else a boot does. */
function masked(name: string): MutationChange {
  return changedConfig((config) =>
    withUnits(config, [...(config.systemd?.units ?? []), { name, mask: true }]),
  );
}

/** One or more for each suite of `systemd`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'systemd/sshd-as-a-daemon',
    suite: 'systemd/sshd-socket',
    describes: 'sshd runs as one daemon, which takes the place of the socket.',
    change: sabotaged({ script: 'systemctl start --no-block sshd.service' }),
    expect: assertionFailed,
  },
  {
    id: 'systemd/journal-in-memory',
    suite: 'systemd/journal-persists',
    describes: 'A drop-in of the image keeps the journal in memory.',
    change: changedImage({
      name: 'volatile-journal',
      addFiles: [
        {
          path: 'lib/systemd/journald.conf.d/90-volatile.conf',
          contents: '[Journal]\nStorage=volatile\n',
          mode: 0o644,
        },
      ],
    }),
    expect: assertionFailed,
  },
  {
    id: 'systemd/containerd-off',
    suite: 'systemd/default-units',
    describes: 'containerd is masked: one that is stopped comes back with the extensions.',
    change: masked('containerd.service'),
    expect: assertionFailed,
  },
  {
    id: 'systemd/timer-stopped',
    suite: 'systemd/timers',
    describes: 'The timer is masked.',
    change: masked('systemd-tmpfiles-clean.timer'),
    expect: assertionFailed,
  },
  {
    id: 'systemd/units-wait-for-each-other',
    suite: 'systemd/no-cycles',
    describes: 'Two units of the config wait for each other.',
    change: changedConfig((config) =>
      withUnits(config, [
        ...(config.systemd?.units ?? []),
        waiting('one.service', 'two.service'),
        waiting('two.service', 'one.service'),
      ]),
    ),
    expect: { phase: 'units', code: 'ORDERING_CYCLE' },
  },
  {
    id: 'systemd/no-user-manager',
    suite: 'systemd/user-journal',
    describes: 'User managers are masked.',
    change: changedConfig((config) => ({
      ...config,
      storage: {
        ...config.storage,
        links: [{ path: '/etc/systemd/system/user@.service', target: '/dev/null' }],
      },
    })),
    expect: assertionFailed,
  },
  {
    id: 'systemd/tmpfiles-unread',
    suite: 'systemd/sysusers-and-tmpfiles',
    describes: 'The file for tmpfiles.d is in a directory that nobody reads.',
    change: changedConfig((config) =>
      withFiles(config, (one) => ({ ...one, path: one.path.replace('tmpfiles.d', 'unread.d') })),
    ),
    expect: commandFailed,
  },
  {
    id: 'systemd/sysusers-not-read',
    suite: 'systemd/sysusers-and-tmpfiles',
    describes: 'The file for sysusers.d is in a directory that nobody reads.',
    change: changedConfig((config) =>
      withFiles(config, (one) => ({ ...one, path: one.path.replace('sysusers.d', 'unread.d') })),
    ),
    expect: commandFailed,
  },
  {
    id: 'systemd/no-core-dumps',
    suite: 'systemd/coredump',
    describes: 'Core dumps go to a file that is not there.',
    change: sabotaged({ script: 'sysctl -w kernel.core_pattern=/nowhere/core' }),
    expect: { phase: 'suite', code: 'COMMAND_TIMEOUT' },
  },
  {
    id: 'systemd/no-new-namespaces',
    suite: 'systemd/nspawn',
    describes: 'The kernel allows no new PID namespaces.',
    change: sabotaged({ script: 'sysctl -w user.max_pid_namespaces=0' }),
    expect: commandFailed,
  },
  {
    id: 'systemd/slow-unit',
    suite: 'systemd/boot-time',
    describes: 'A unit that the boot waits for takes a minute.',
    change: changedConfig((config) =>
      withUnits(config, [
        ...(config.systemd?.units ?? []),
        {
          name: 'slow.service',
          enabled: true,
          contents:
            '[Unit]\nBefore=multi-user.target\n[Service]\nType=oneshot\nExecStart=/bin/sleep 60\n[Install]\nRequiredBy=multi-user.target\n',
        },
      ]),
    ),
    expect: assertionFailed,
  },
  {
    id: 'systemd/reboot-manager-masked',
    suite: 'systemd/update-units',
    describes: 'The reboot manager does not run.',
    change: changedConfig((config) =>
      withUnits(
        config,
        (config.systemd?.units ?? []).map((one) =>
          one.name === 'locksmithd.service' ? { ...one, mask: true } : one,
        ),
      ),
    ),
    expect: assertionFailed,
  },
  {
    id: 'systemd/etcd-enabled',
    suite: 'systemd/flatcar-units',
    describes: 'The config enables a service that is shipped disabled.',
    change: changedConfig((config) =>
      withUnits(config, [{ name: 'etcd-member.service', enabled: true }]),
    ),
    expect: assertionFailed,
  },
];
