/**
 * Defects that the suites about accounts and logins must see.
 */

import { changedConfig, sabotaged } from './edits.js';
import { assertionFailed, type Mutation } from './mutation.js';

/** One or more for each suite of `security`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'security/core-leaves-wheel',
    suite: 'security/core-identity',
    describes: 'core is taken out of a group that is promised.',
    change: sabotaged({
      script: 'gpasswd -d core wheel || sed -i s/^wheel:.*/wheel:x:10:root/ /etc/group',
    }),
    expect: assertionFailed,
  },
  {
    id: 'security/passwords-allowed',
    suite: 'security/no-password-login',
    describes: 'The config lets sshd take passwords.',
    change: changedConfig((config) => ({
      ...config,
      storage: {
        ...config.storage,
        files: [
          {
            path: '/etc/ssh/sshd_config.d/00-passwords.conf',
            contents: { source: 'data:,PasswordAuthentication%20yes%0A' },
          },
        ],
      },
    })),
    expect: assertionFailed,
  },
  {
    id: 'security/daemon-with-a-shell',
    suite: 'security/locked-accounts',
    describes: 'The config adds an account with a shell.',
    change: changedConfig((config) => ({
      ...config,
      passwd: { ...config.passwd, users: [{ name: 'daemonic', shell: '/bin/bash' }] },
    })),
    expect: assertionFailed,
  },
];
