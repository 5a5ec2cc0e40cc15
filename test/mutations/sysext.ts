/**
 * Defects that the suites about extensions must see.
 */

import { changedConfig, changedImage } from './edits.js';
import { assertionFailed, type Mutation } from './mutation.js';

/** One or more for each suite of `sysext`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'sysext/containerd-is-missing',
    suite: 'sysext/builtin-merged',
    describes: 'The image lost the extension of containerd.',
    change: changedImage({
      name: 'no-containerd',
      removeFiles: [
        'share/flatcar/sysext/containerd-flatcar.raw',
        'share/flatcar/etc/extensions/containerd-flatcar.raw',
      ],
    }),
    expect: assertionFailed,
  },
  {
    id: 'sysext/masks-are-missing',
    suite: 'sysext/runtimes-masked',
    describes: 'The config does not mask the runtimes.',
    change: changedConfig(({ storage, ...config }) => config),
    expect: assertionFailed,
  },
  {
    id: 'sysext/podman-is-built-in',
    suite: 'sysext/podman-refresh',
    describes: 'The image has a podman of its own, which no refresh takes away.',
    change: changedImage({
      name: 'podman-built-in',
      addFiles: [{ path: 'bin/podman', contents: '#!/bin/sh\nexit 0\n', mode: 0o755 }],
    }),
    expect: assertionFailed,
  },
];
