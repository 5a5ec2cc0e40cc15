/**
 * Defects that the suites about Ignition must see: users, their keys, and the machine's own settings.
 */

import type { IgnitionFragment } from '../../harness/model/ignition.js';
import { changedConfig, sabotaged, withFiles, withStorage } from './edits.js';
import { assertionFailed, type Mutation } from './mutation.js';

function withUsers(config: IgnitionFragment, edit: (name: string) => object): IgnitionFragment {
  const users = (config.passwd?.users ?? []).map((user) => ({ ...user, ...edit(user.name) }));
  return { ...config, passwd: { ...config.passwd, users } };
}

/** One or more for each suite. */
export const mutations: readonly Mutation[] = [
  {
    id: 'ignition/key-not-applied',
    suite: 'ignition/ssh-key',
    describes: "The suite's key is not given to core; only the harness's is.",
    change: changedConfig((config) => withUsers(config, () => ({ sshAuthorizedKeys: [] }))),
    expect: assertionFailed,
  },
  {
    id: 'ignition/other-hostname',
    suite: 'ignition/hostname',
    describes: 'The machine is given another host name.',
    change: changedConfig((config) =>
      withFiles(config, (file) => ({ ...file, contents: { source: 'data:,harbour-8%0A' } })),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/hostname-lost-on-reboot',
    suite: 'ignition/hostname',
    describes: 'The host name is gone after the first boot.',
    change: sabotaged({ script: 'rm -f /etc/hostname' }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/other-shell',
    suite: 'ignition/user-and-group',
    describes: 'The user gets another shell than the config states.',
    change: changedConfig((config) =>
      withUsers(config, (name) => (name === 'pilot' ? { shell: '/bin/sh' } : {})),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/user-without-sudo',
    suite: 'ignition/user-and-group',
    describes: 'The user is not in the group sudo.',
    change: changedConfig((config) =>
      withUsers(config, (name) => (name === 'pilot' ? { groups: ['anchors'] } : {})),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/user-without-key',
    suite: 'ignition/user-and-group',
    describes: 'The user’s key is not in the config.',
    change: changedConfig((config) =>
      withUsers(config, (name) => (name === 'pilot' ? { sshAuthorizedKeys: [] } : {})),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/password-not-applied',
    suite: 'ignition/user-and-group',
    describes: 'The password hash of core is another one.',
    change: changedConfig((config) =>
      withUsers(config, (name) => (name === 'core' ? { passwordHash: '*' } : {})),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/sysctl-only-once',
    suite: 'ignition/sysctl',
    describes: 'The file is gone after the first boot.',
    change: sabotaged({ script: 'rm -f /etc/sysctl.d/90-harbour.conf' }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/another-time-zone',
    suite: 'ignition/timezone',
    describes: 'The link leads to another zone.',
    change: changedConfig((config) =>
      withStorage(config, {
        links: [
          { path: '/etc/localtime', target: '/usr/share/zoneinfo/Europe/Berlin', overwrite: true },
        ],
      }),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/added-key-lost',
    suite: 'ignition/ssh-keys-merged',
    describes: 'At each boot the keys are made of the config alone.',
    change: sabotaged({ script: `rm -f /home/core/.ssh/authorized_keys` }),
    expect: { phase: 'suite', code: 'COMMAND_FAILED' },
  },
];
