/**
 * Defects that the suites about extensions must see.
 */

import { file } from '../../suites/support/provision.js';
import { changedConfig, changedImage, sabotaged, withStorage } from './edits.js';
import { assertionFailed, commandFailed, type Mutation } from './mutation.js';

const dockerMask = {
  path: '/etc/extensions/docker-flatcar.raw',
  target: '/dev/null',
  overwrite: true,
};

/** A maker of file systems that leaves zeros in the file, which is that argument of the shell's. */
function makesNothing(program: string, argument: string): string {
  const zeros = `truncate -s 0 "${argument}" && truncate -s 1M "${argument}"`;
  return `cp ${program} /opt/mkfs.true
printf '#!/bin/sh\\n/opt/mkfs.true "$@" && ${zeros}\\n' > /opt/mkfs
chmod 755 /opt/mkfs
mount --bind /opt/mkfs ${program}`;
}

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
    id: 'sysext/containerd-not-masked',
    suite: 'sysext/containerd-masked',
    describes: 'The config does not mask containerd.',
    change: changedConfig(({ storage, ...config }) => config),
    expect: assertionFailed,
  },
  {
    id: 'sysext/docker-masked-too',
    suite: 'sysext/containerd-masked',
    describes: 'The config masks docker as well: what it does by itself is not to be seen.',
    change: changedConfig((config) =>
      withStorage(config, { links: [...(config.storage?.links ?? []), dockerMask] }),
    ),
    expect: assertionFailed,
  },
  {
    id: 'sysext/image-is-missing',
    suite: 'sysext/at-provisioning',
    describes: 'The config brings the directory, and not the image.',
    change: changedConfig((config) => {
      const files = (config.storage?.files ?? []).filter(({ path }) => !path.endsWith('.raw'));
      return withStorage(config, { files });
    }),
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
  {
    id: 'sysext/any-level',
    suite: 'sysext/wrong-id-refused',
    describes: 'The system says that it is of the level that must not fit.',
    change: changedImage({ name: 'level-99', osRelease: { SYSEXT_LEVEL: '99' } }),
    expect: assertionFailed,
  },
  {
    id: 'sysext/guest-is-masked',
    suite: 'sysext/with-a-service',
    describes: 'The service that comes with the extension is masked.',
    change: changedConfig((config) => ({
      ...config,
      systemd: { units: [{ name: 'guest.service', mask: true }] },
    })),
    expect: { phase: 'suite', code: 'UNIT_TIMEOUT' },
  },
  {
    id: 'sysext/no-sysext',
    suite: 'sysext/directory-form',
    describes: 'The image lost systemd-sysext.',
    change: changedImage({ name: 'no-sysext', removeFiles: ['bin/systemd-sysext'] }),
    expect: commandFailed,
  },
  {
    id: 'sysext/no-squashfs',
    suite: 'sysext/image-formats',
    describes: 'The kernel refuses squashfs.',
    change: changedImage({
      name: 'no-squashfs',
      addFiles: [
        { path: 'lib/modprobe.d/x.conf', mode: 0o644, contents: 'install squashfs /bin/false\n' },
      ],
    }),
    expect: commandFailed,
  },
  {
    id: 'sysext/nothing-provisioned',
    suite: 'sysext/at-provisioning',
    describes: 'The config brings no extension.',
    change: changedConfig(({ storage, ...config }) => config),
    expect: assertionFailed,
  },
  {
    id: 'sysext/docker-is-masked',
    suite: 'sysext/unmerge-and-merge',
    describes: 'The config masks docker, so that no merge brings it.',
    change: changedConfig((config) => ({
      ...config,
      storage: {
        links: [dockerMask],
      },
    })),
    expect: commandFailed,
  },
  {
    id: 'sysext/no-confext',
    suite: 'sysext/confext',
    describes: 'The image lost systemd-confext.',
    change: changedImage({ name: 'no-confext', removeFiles: ['bin/systemd-confext'] }),
    expect: commandFailed,
  },
  {
    id: 'sysext/docker-not-masked',
    suite: 'sysext/docker-masked',
    describes: 'The config does not mask docker.',
    change: changedConfig(({ storage, ...config }) => config),
    expect: assertionFailed,
  },
  {
    id: 'sysext/opt-hides-docker',
    suite: 'sysext/mounts-under-opt',
    describes: 'With the mounts, the extension of docker is masked.',
    change: changedConfig((config) => withStorage(config, { links: [dockerMask] })),
    expect: assertionFailed,
  },
  {
    id: 'sysext/link-stays',
    suite: 'sysext/sources',
    describes: 'The link to the current version leads to the first one again and again.',
    change: sabotaged({
      script: `first=/opt/extensions/greeter/greeter-1.raw
systemd-run --unit=thief sh -c "while sleep 0.2; do
  [ ! -e $first ] || ln -sfn $first /etc/extensions/greeter.raw
done"`,
    }),
    expect: assertionFailed,
  },
  {
    id: 'sysext/nothing-pulls',
    suite: 'sysext/sources',
    describes: 'The image lost what sysupdate fetches with.',
    change: changedImage({ name: 'no-pull', removeFiles: ['lib/systemd/systemd-pull'] }),
    expect: assertionFailed,
  },
  {
    id: 'sysext/btrfs-of-nothing',
    suite: 'sysext/image-formats',
    describes: 'What should be a btrfs image has nothing in it but zeros.',
    change: sabotaged({ script: makesNothing('/usr/sbin/mkfs.btrfs', '$4') }),
    expect: commandFailed,
  },
  {
    id: 'sysext/erofs-of-nothing',
    suite: 'sysext/erofs-image',
    describes: 'What should be an erofs image has nothing in it but zeros.',
    change: sabotaged({ script: makesNothing('/usr/bin/mkfs.erofs', '$2') }),
    expect: commandFailed,
  },
  {
    id: 'sysext/module-is-the-base',
    suite: 'sysext/kernel-module',
    describes: 'The index of modules leads to the one of the image.',
    change: sabotaged({
      script: `own=/var/lib/extensions/brings-dummy/usr/lib/modules
systemd-run --unit=thief sh -c "while sleep 0.2; do rm -f $own/*/modules.*; done"`,
    }),
    expect: assertionFailed,
  },
  {
    id: 'sysext/module-is-blocked',
    suite: 'sysext/kernel-module',
    describes: 'The module that the extension asks for is blocked.',
    change: changedConfig((config) =>
      withStorage(config, { files: [file('/etc/modprobe.d/x.conf', 'blacklist dummy\n')] }),
    ),
    expect: assertionFailed,
  },
];
