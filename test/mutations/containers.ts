/**
 * Defects that the suites about containers must see.
 */

import { changedConfig } from './edits.js';
import { assertionFailed, commandFailed, type Mutation } from './mutation.js';

const noDocker = changedConfig((config) => ({
  ...config,
  storage: {
    ...config.storage,
    links: [
      { path: '/etc/extensions/docker-flatcar.raw', target: '/dev/null', overwrite: true },
      ...(config.storage?.links ?? []),
    ],
  },
}));

/** One or more for each suite of `containers`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'containers/docker-is-masked',
    suite: 'containers/nginx-from-file',
    describes: 'The config masks docker, so nothing can load the archive.',
    change: noDocker,
    expect: commandFailed,
  },
  {
    id: 'containers/daemon-from-boot-on',
    suite: 'containers/docker-runs',
    describes: 'Docker runs before anybody has used it.',
    change: changedConfig((config) => ({
      ...config,
      systemd: { ...config.systemd, units: [{ name: 'docker.service', enabled: true }] },
    })),
    expect: assertionFailed,
  },
  {
    id: 'containers/containerd-without-cri',
    suite: 'containers/containerd-answers',
    describes: 'The configuration of containerd disables the CRI plugin.',
    change: changedConfig((config) => ({
      ...config,
      storage: {
        ...config.storage,
        files: [
          {
            path: '/etc/containerd/config.toml',
            contents: {
              source: `data:,${encodeURIComponent('version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n')}`,
            },
          },
        ],
      },
    })),
    expect: assertionFailed,
  },
];
