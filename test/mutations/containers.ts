/**
 * Defects that the suites about containers must see.
 */

import { file } from '../../suites/support/provision.js';
import { beforeExtensions } from './defects.js';
import { changedConfig, changedImage, sabotaged, withUnits } from './edits.js';
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

/** A config for the docker daemon. */
function daemonJson(text: string) {
  return changedConfig((config) => {
    const files = [...(config.storage?.files ?? []), file('/etc/docker/daemon.json', text)];
    return { ...config, storage: { ...config.storage, files } };
  });
}

const generous = `#!/bin/bash
for word; do [ "$before" != --bundle ] || bundle=$word; before=$word; done
if [ -n "$bundle" ]; then
  jq '.process.capabilities |= map_values(["CAP_CHOWN", "CAP_SYS_ADMIN"])' "$bundle/config.json" > "$bundle/other" &&
    mv "$bundle/other" "$bundle/config.json"
fi
exec runc "$@"
`;

const generousRuntime = changedConfig((config) => {
  const text =
    '{ "runtimes": { "generous": { "path": "/opt/generous" } }, "default-runtime": "generous" }';
  const files = [
    ...(config.storage?.files ?? []),
    file('/etc/docker/daemon.json', text),
    file('/opt/generous', generous, 0o755),
  ];
  return { ...config, storage: { ...config.storage, files } };
});

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
  {
    id: 'containers/nothing-to-build-with',
    suite: 'containers/scratch-build',
    describes: 'The config masks docker.',
    change: noDocker,
    expect: commandFailed,
  },
  {
    id: 'containers/no-veth',
    suite: 'containers/network',
    describes: 'The kernel refuses the links that containers talk over.',
    change: changedImage({
      name: 'no-veth',
      addFiles: [
        { path: 'lib/modprobe.d/x.conf', mode: 0o644, contents: 'install veth /bin/false\n' },
      ],
    }),
    expect: commandFailed,
  },
  {
    id: 'containers/owner-is-shifted',
    suite: 'containers/volume',
    describes: 'Users of containers are others on the host.',
    change: daemonJson('{ "userns-remap": "default" }'),
    expect: assertionFailed,
  },
  {
    id: 'containers/no-memory-cgroup',
    suite: 'containers/limits',
    describes: 'The kernel has no memory cgroup.',
    change: changedImage({
      name: 'no-memory-cgroup',
      kernelArguments: { append: ['cgroup_disable=memory'] },
    }),
    expect: assertionFailed,
  },
  {
    id: 'containers/runtime-gives-more',
    suite: 'containers/capabilities',
    describes: 'The runtime gives capabilities that nobody asked for.',
    change: generousRuntime,
    expect: assertionFailed,
  },
  {
    id: 'containers/no-remap',
    suite: 'containers/user-namespace',
    describes: 'The config does not shift users.',
    change: changedConfig(({ storage, ...config }) => config),
    expect: assertionFailed,
  },
  {
    id: 'containers/forgotten-at-boot',
    suite: 'containers/restart-policy',
    describes: 'What docker knows of its containers is lost at each boot.',
    change: sabotaged({
      when: 'Before=docker.service',
      script: 'rm -rf /var/lib/docker/containers',
    }),
    expect: assertionFailed,
  },
  {
    id: 'containers/containerd-stays-dead',
    suite: 'containers/containerd-restart',
    describes: 'Nobody starts containerd again.',
    change: changedConfig((config) => ({
      ...config,
      systemd: {
        ...config.systemd,
        units: [
          {
            name: 'containerd.service',
            dropins: [{ name: '90-dead.conf', contents: '[Service]\nRestart=no\n' }],
          },
        ],
      },
      storage: {
        ...config.storage,
        // The extension has multi-user.target uphold it.
        files: [file('/etc/systemd/system/multi-user.target.d/10-containerd-service.conf', '')],
      },
    })),
    expect: { phase: 'suite', code: 'COMMAND_TIMEOUT' },
  },
  {
    id: 'containers/containerd-is-masked',
    suite: 'containers/ctr',
    describes: 'The config masks containerd.',
    change: changedConfig((config) => ({
      ...config,
      storage: {
        links: [
          { path: '/etc/extensions/containerd-flatcar.raw', target: '/dev/null', overwrite: true },
        ],
      },
    })),
    expect: commandFailed,
  },
  {
    id: 'containers/no-user-namespaces',
    suite: 'containers/podman-rootless',
    describes: 'The kernel gives users no namespaces.',
    change: changedConfig((config) => ({
      ...config,
      storage: {
        ...config.storage,
        files: [
          ...(config.storage?.files ?? []),
          file('/etc/sysctl.d/90-none.conf', 'user.max_user_namespaces = 0\n'),
        ],
      },
    })),
    expect: commandFailed,
  },
  {
    id: 'containers/nothing-to-load-into',
    suite: 'containers/nginx-from-outside',
    describes: 'The config masks docker.',
    change: noDocker,
    expect: assertionFailed,
  },
  {
    id: 'containers/other-driver',
    suite: 'containers/versions',
    describes: 'The daemon is told to store layers as whole copies.',
    change: daemonJson('{ "storage-driver": "vfs" }'),
    expect: assertionFailed,
  },
  {
    id: 'containers/own-docker-lost',
    suite: 'containers/own-docker',
    describes: 'The extension of the user is lost at each boot.',
    change: sabotaged({ when: beforeExtensions, script: 'rm -rf /var/lib/extensions/own-docker' }),
    expect: assertionFailed,
  },
  {
    id: 'containers/driver-by-default',
    suite: 'containers/btrfs-kept',
    describes: 'Something tells docker another driver when it is not told one.',
    change: changedConfig((config) =>
      withUnits(config, [
        ...(config.systemd?.units ?? []),
        {
          name: 'docker.service',
          dropins: [
            {
              name: '90-driver.conf',
              contents: `[Service]
ExecStartPre=/bin/sh -c 'test -e /etc/docker/daemon.json || echo "{ \\"storage-driver\\": \\"vfs\\" }" > /etc/docker/daemon.json'
`,
            },
          ],
        },
      ]),
    ),
    expect: assertionFailed,
  },
];
