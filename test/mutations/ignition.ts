/**
 * Defects that the suites about Ignition must see: mostly configs that say something else than the
 * suite takes for granted, as a broken Ignition would do it.
 */

import { dataUrl } from '../../harness/model/data-url.js';
import type { IgnitionFragment } from '../../harness/model/ignition.js';
import { file } from '../../suites/support/provision.js';
import { authority, serverAddress } from '../../suites/support/test-authority.js';
import { changedConfig, sabotaged, withFiles, withStorage, withUnits } from './edits.js';
import { assertionFailed, commandFailed, type Mutation } from './mutation.js';

function withUsers(config: IgnitionFragment, edit: (name: string) => object): IgnitionFragment {
  const users = (config.passwd?.users ?? []).map((user) => ({ ...user, ...edit(user.name) }));
  return { ...config, passwd: { ...config.passwd, users } };
}

/** One or more for each suite of `ignition`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'ignition/runs-again',
    suite: 'ignition/ran-once',
    describes: 'The flag of the first boot is set again, so Ignition would run at the next boot.',
    change: sabotaged({ script: 'touch /boot/flatcar/first_boot' }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/file-comes-back',
    suite: 'ignition/ran-once',
    describes: 'Something recreates the file of the config after the reboot.',
    change: sabotaged({ script: 'echo once > /etc/written-once', when: 'ConditionFirstBoot=no' }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/result-readable-by-all',
    suite: 'ignition/result-file',
    describes: 'The report of Ignition can be read by every user.',
    change: sabotaged({ script: 'chmod 0644 /etc/.ignition-result.json' }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/result-of-another-boot',
    suite: 'ignition/result-file',
    describes: 'The report names a boot that is not the one in which Ignition ran.',
    change: sabotaged({
      script: `sed -i -E 's/("provisioningBootID": *")[0-9a-f]/\\1x/' /etc/.ignition-result.json`,
    }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/journal-of-initrd-lost',
    suite: 'ignition/stages-logged',
    describes:
      "The journal of the initrd, and Ignition's lines with it, does not survive the boot.",
    change: sabotaged({
      when: 'After=systemd-journal-flush.service',
      script:
        'journalctl --rotate; rm -rf /var/log/journal/*/*@* /run/log/journal/*/*@*; systemctl restart systemd-journald',
    }),
    expect: assertionFailed,
  },
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
    id: 'ignition/password-not-applied',
    suite: 'ignition/user-and-group',
    describes: 'The password hash of core is another one.',
    change: changedConfig((config) =>
      withUsers(config, (name) => (name === 'core' ? { passwordHash: '*' } : {})),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/unit-not-enabled',
    suite: 'ignition/units',
    describes: 'The unit that should be enabled is only written.',
    change: changedConfig((config) =>
      withUnits(
        config,
        (config.systemd?.units ?? []).map((unit) =>
          unit.enabled === true ? { ...unit, enabled: false } : unit,
        ),
      ),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/unit-not-masked',
    suite: 'ignition/units',
    describes: 'The unit that should be masked is not.',
    change: changedConfig((config) =>
      withUnits(
        config,
        (config.systemd?.units ?? []).filter(({ mask }) => mask !== true),
      ),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/other-file-mode',
    suite: 'ignition/files',
    describes: 'A file gets another mode than the config states.',
    change: changedConfig((config) => withFiles(config, (file) => ({ ...file, mode: 0o600 }))),
    expect: assertionFailed,
  },
  {
    id: 'ignition/link-is-a-copy',
    suite: 'ignition/files',
    describes: 'The hard link is a file of its own with the same contents.',
    change: sabotaged({
      script: 'cd /var/lib/harbour; cp hard copy; mv copy hard',
    }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/updates-stay-on',
    suite: 'ignition/updates-masked',
    describes: 'The update services are not masked.',
    change: changedConfig((config) =>
      withUnits(
        config,
        (config.systemd?.units ?? []).map((unit) => ({ ...unit, mask: false })),
      ),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/flatcar-key-ignored',
    suite: 'ignition/fw-cfg-flatcar-key',
    describes: "The suite's part of the config under Flatcar's key is not applied.",
    change: changedConfig(() => ({})),
    expect: assertionFailed,
  },
  {
    id: 'ignition/drift-by-chance',
    suite: 'ignition/same-config-same-system',
    describes: 'Something writes a random value into /etc at the first boot.',
    change: sabotaged({ script: 'cp /proc/sys/kernel/random/uuid /etc/drift' }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/piece-missing',
    suite: 'ignition/append-and-gzip',
    describes: 'The config has one piece less.',
    change: changedConfig((config) =>
      withFiles(config, ({ append, ...rest }) =>
        append ? { ...rest, append: append.slice(0, 1) } : rest,
      ),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/argument-missing',
    suite: 'ignition/kernel-arguments',
    describes: 'The config asks for one argument of the two.',
    change: changedConfig((config) => ({
      ...config,
      kernelArguments: { shouldExist: ['switchyard.one'] },
    })),
    expect: assertionFailed,
  },
  {
    id: 'ignition/partition-of-another-size',
    suite: 'ignition/second-disk',
    describes: 'One partition is smaller.',
    change: changedConfig((config) =>
      withStorage(config, {
        disks: (config.storage?.disks ?? []).map((disk) => ({
          ...disk,
          partitions: (disk.partitions ?? []).map((one) =>
            one.label === 'p-btrfs' ? { ...one, sizeMiB: 120 } : one,
          ),
        })),
      }),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/filesystem-wiped',
    suite: 'ignition/reuse-filesystem',
    describes: 'The config wipes the file system every time that Ignition runs.',
    change: changedConfig((config) =>
      withStorage(config, {
        filesystems: (config.storage?.filesystems ?? []).map((one) => ({
          ...one,
          wipeFilesystem: true,
        })),
      }),
    ),
    expect: commandFailed,
  },
  {
    id: 'ignition/root-as-shipped',
    suite: 'ignition/root-reformatted',
    describes: 'The config leaves ROOT as it is.',
    change: changedConfig((config) => withStorage(config, { filesystems: [] })),
    expect: assertionFailed,
  },
  {
    id: 'ignition/no-tenth-partition',
    suite: 'ignition/boot-disk-partition',
    describes: 'The config does not resize ROOT, and the other partition is on no disk.',
    change: changedConfig((config) => withStorage(config, { disks: [], filesystems: [] })),
    expect: assertionFailed,
  },
  {
    id: 'ignition/array-of-three',
    suite: 'ignition/raid-data',
    describes: 'Arrays lack a member.',
    change: changedConfig((config) =>
      withStorage(config, {
        raid: (config.storage?.raid ?? []).map((one) =>
          one.level === 'raid5' ? { ...one, devices: (one.devices ?? []).slice(0, 3) } : one,
        ),
      }),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/root-on-no-array',
    suite: 'ignition/raid-root',
    describes: 'ROOT stays where it was.',
    change: changedConfig((config) => withStorage(config, { filesystems: [], raid: [] })),
    expect: assertionFailed,
  },
  {
    id: 'ignition/volume-not-encrypted',
    suite: 'ignition/luks-key-file',
    describes: 'The file system is on the bare disk.',
    change: changedConfig((config) => {
      const units = (config.systemd?.units ?? []).map((one) => ({
        ...one,
        ...(one.contents && {
          contents: one.contents
            .replaceAll('/dev/mapper/vault', '/dev/vdb')
            .replaceAll('dev-mapper-vault', 'dev-vdb'),
        }),
      }));
      const filesystems = (config.storage?.filesystems ?? []).map((one) => ({
        ...one,
        device: '/dev/vdb',
      }));
      return withUnits(withStorage(config, { luks: [], filesystems }), units);
    }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/enabled-at-every-boot',
    suite: 'ignition/presets-once',
    describes: 'Something enables the unit at every boot.',
    change: sabotaged({ script: 'systemctl enable --now once.service' }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/drop-in-unread',
    suite: 'ignition/drop-in',
    describes: 'The config has no drop-ins.',
    change: changedConfig((config) => withUnits(config, [])),
    expect: assertionFailed,
  },
  {
    id: 'ignition/hash-is-right',
    suite: 'ignition/wrong-hash',
    describes: 'The contents have no hash to be measured by.',
    change: changedConfig((config) =>
      withFiles(config, (one) => ({ ...one, contents: { source: 'data:,cargo' } })),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/overwrite-allowed',
    suite: 'ignition/overwrite-refused',
    describes: 'The config may overwrite the file.',
    change: changedConfig((config) => withFiles(config, (one) => ({ ...one, overwrite: true }))),
    expect: assertionFailed,
  },
  {
    id: 'ignition/filesystem-fits',
    suite: 'ignition/filesystem-impossible',
    describes: 'The config asks for a file system that fits.',
    change: changedConfig((config) =>
      withStorage(config, {
        filesystems: (config.storage?.filesystems ?? []).map((one) => ({ ...one, format: 'ext4' })),
      }),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/source-reached',
    suite: 'ignition/unreachable-source',
    describes: 'The contents are in the config.',
    change: changedConfig((config) =>
      withFiles(config, (one) => ({ ...one, contents: { source: 'data:,cargo' } })),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/json-is-good',
    suite: 'ignition/bad-json',
    describes: 'The config is a good one.',
    change: changedConfig((config) => config),
    expect: assertionFailed,
  },
  {
    id: 'ignition/specification-is-known',
    suite: 'ignition/newer-specification',
    describes: 'The config is of a specification that is known.',
    change: changedConfig((config) => config),
    expect: assertionFailed,
  },
  {
    id: 'ignition/contents-from-elsewhere',
    suite: 'ignition/remote-contents',
    describes: 'One file has other contents than the server.',
    change: changedConfig((config) =>
      withFiles(config, (one) =>
        one.path === '/etc/over-https' ? file(one.path, 'other cargo\n') : one,
      ),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/everybody-is-trusted',
    suite: 'ignition/certificate-authority',
    describes: 'Both machines have the authority in their config.',
    change: changedConfig((config) => ({
      ...config,
      ignition: {
        security: { tls: { certificateAuthorities: [{ source: dataUrl(authority) }] } },
      },
    })),
    expect: assertionFailed,
  },
  {
    id: 'ignition/nothing-merged',
    suite: 'ignition/config-merge',
    describes: 'The config names no other one.',
    change: changedConfig((config) => ({ ...config, ignition: {} })),
    expect: commandFailed,
  },
  {
    id: 'ignition/needless-network',
    suite: 'ignition/no-initrd-network',
    describes: 'The config fetches a file.',
    change: changedConfig((config) =>
      withStorage(config, {
        files: [
          {
            path: '/etc/needless',
            contents: { source: `http://${serverAddress}/needless` },
          },
        ],
      }),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/large-file-cut',
    suite: 'ignition/large-config',
    describes: 'The file is shorter than it should be.',
    change: changedConfig((config) =>
      withFiles(config, (one) => (one.path.endsWith('noise') ? file(one.path, 'short') : one)),
    ),
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
  {
    id: 'ignition/vault-is-plain',
    suite: 'ignition/luks-tpm2',
    describes:
      'The volume is bound to nothing that the machine has: its key lies on the root file system.',
    change: changedConfig((config) =>
      withStorage(config, {
        luks: (config.storage?.luks ?? []).map(({ clevis: _, ...one }) => ({
          ...one,
          keyFile: { source: dataUrl('harbour') },
        })),
      }),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/vault-opens-without-server',
    suite: 'ignition/luks-tang',
    describes: 'The volume has a second key on the root file system.',
    change: changedConfig((config) =>
      withStorage(config, {
        luks: (config.storage?.luks ?? []).map((one) => ({
          ...one,
          keyFile: { source: dataUrl('harbour') },
        })),
      }),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/argument-stays',
    suite: 'ignition/kernel-arguments-removed',
    describes: 'The config does not ask for the removal.',
    change: changedConfig(({ kernelArguments: _, ...config }) => config),
    expect: assertionFailed,
  },
  {
    id: 'ignition/oem-file-elsewhere',
    suite: 'ignition/oem-path',
    describes: 'The file for the OEM partition has another name.',
    change: changedConfig((config) =>
      withFiles(config, (one) =>
        one.path === '/oem/new-path' ? { ...one, path: '/oem/other-path' } : one,
      ),
    ),
    expect: commandFailed,
  },
  {
    id: 'ignition/oem-contents-differ',
    suite: 'ignition/oem-scheme',
    describes: 'The file has contents of its own.',
    change: changedConfig((config) =>
      withFiles(config, (one) => ({ ...one, contents: { source: 'data:,other%0A' } })),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/second-not-applied',
    suite: 'ignition/specification-2',
    describes: 'The machine gets a config without the file.',
    change: changedConfig((config) => config),
    expect: { phase: 'suite', code: 'CONSOLE_TIMEOUT' },
  },
  {
    id: 'ignition/comes-up',
    suite: 'ignition/gives-up',
    describes: 'The config is valid, so nothing stops the boot.',
    change: changedConfig((config) => config),
    expect: assertionFailed,
  },
  {
    id: 'ignition/tftp-other-bytes',
    suite: 'ignition/over-tftp',
    describes: 'The file is not the one of the server.',
    change: changedConfig((config) =>
      withFiles(config, (one) => ({ ...one, contents: { source: 'data:,other%0A' } })),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/no-cloud-config',
    suite: 'ignition/cloud-config',
    describes: 'The machines get a config of Ignition that says nothing.',
    change: changedConfig((config) => config),
    expect: { phase: 'suite', code: 'CONSOLE_TIMEOUT' },
  },
];
