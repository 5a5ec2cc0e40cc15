/**
 * Defects that the suites about identity must see.
 */

import { file } from '../../suites/support/provision.js';
import { changedAgent, changedConfig, changedImage } from './edits.js';
import { assertionFailed, commandFailed, type Mutation } from './mutation.js';

/** What makes the message of the day. */
const greeting = {
  path: 'lib/switchyard/motdgen',
  mode: 0o755,
  contents: '#!/bin/sh\nmkdir -p /run/flatcar\necho Welcome > /run/flatcar/motd\n',
};

/** One or more for each suite of `identity`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'identity/cpe-of-other-version',
    suite: 'identity/os-release',
    describes: 'CPE_NAME names another version than VERSION_ID.',
    change: changedImage({
      name: 'other-cpe',
      osRelease: { CPE_NAME: 'cpe:2.3:o:switchyard:reference:1.0.0:*:*:*:*:*:*:*' },
    }),
    expect: assertionFailed,
  },
  {
    id: 'identity/version-of-other-channel',
    suite: 'identity/version-channel',
    describes: 'An image that follows alpha has a version number of stable.',
    change: changedImage({
      name: 'stable-number',
      osRelease: { VERSION: '9998.2.0', VERSION_ID: '9998.2.0' },
    }),
    expect: assertionFailed,
  },
  {
    id: 'identity/cloned-machine-id',
    suite: 'identity/machine-id',
    describes: 'The machines come with an id that was made elsewhere, the same for all.',
    change: changedConfig((config) => ({
      ...config,
      storage: {
        ...config.storage,
        files: [
          ...(config.storage?.files ?? []),
          file('/etc/machine-id', '0123456789abcdef0123456789abcdef\n', 0o444),
        ],
      },
    })),
    expect: assertionFailed,
  },
  {
    id: 'identity/fixed-track',
    suite: 'identity/channel-switch',
    describes: 'The engine asks for a channel of its own choice.',
    change: changedAgent('fixed-track', [
      {
        file: 'config/identity.go',
        from: 'Track:        track,',
        to: 'Track:        track[:0] + "edge",',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'identity/motd-says-nothing',
    suite: 'identity/motd',
    describes: 'The message of the day only greets.',
    change: changedImage({ name: 'greets-only', addFiles: [greeting] }),
    expect: assertionFailed,
  },
  {
    id: 'identity/no-compat-link',
    suite: 'identity/compat-links',
    describes: 'A former name is gone.',
    change: changedImage({ name: 'no-compat-link', removeFiles: ['lib/coreos'] }),
    expect: commandFailed,
  },
  {
    id: 'identity/licences-are-cut',
    suite: 'identity/licences',
    describes: 'The list of licences is cut short.',
    change: changedImage({
      name: 'cut-licences',
      addFiles: [{ path: 'share/licenses/licenses.json.bz2', mode: 0o644, contents: 'BZh9' }],
    }),
    expect: assertionFailed,
  },
  {
    id: 'identity/key-is-empty',
    suite: 'identity/update-key',
    describes: 'The file that should have the key is empty.',
    change: changedImage({
      name: 'no-key',
      addFiles: [
        { path: 'share/update_engine/update-payload-key.pub.pem', mode: 0o644, contents: '' },
      ],
    }),
    expect: assertionFailed,
  },
];
