/**
 * Defects that the suites about Ignition must see: where configs and contents come from, and configs that must be refused.
 */

import { dataUrl } from '../../harness/model/data-url.js';
import { file } from '../../suites/support/provision.js';
import { authority, serverAddress } from '../../suites/support/test-authority.js';
import {
  changedConfig,
  changedSource,
  sabotaged,
  withContents,
  withFiles,
  withStorage,
  withUnits,
} from './edits.js';
import { assertionFailed, assertionFailedIn, commandFailed, type Mutation } from './mutation.js';

const emergency = 'initrd/scripts/emergency';

/** One or more for each suite. */
export const mutations: readonly Mutation[] = [
  {
    id: 'ignition/flatcar-key-ignored',
    suite: 'ignition/fw-cfg-flatcar-key',
    describes: "The suite's part of the config under Flatcar's key is not applied.",
    change: changedConfig(() => ({})),
    expect: assertionFailed,
  },
  {
    id: 'ignition/one-name-only',
    suite: 'ignition/fw-cfg-flatcar-key',
    describes: "Nobody looks for a config under Flatcar's key, so the machine has no way in.",
    change: changedSource('one-name-only', {
      file: 'initrd/scripts/ignition-setup',
      from: 'grep -q qemu /run/ignition.env && from_fw_cfg\n',
      to: '',
    }),
    expect: { phase: 'ssh', code: 'HOST_KEY_MISMATCH' },
  },
  {
    id: 'ignition/oem-config-needs-another',
    suite: 'ignition/oem-config',
    describes: 'Nobody looks for a config on the OEM partition where fw_cfg has none.',
    change: changedSource('oem-config-needs-another', {
      file: 'initrd/scripts/ignition-setup',
      from: 'grep -qw switchyard.oem_config',
      to: '[ -e $names/com.coreos/config/raw ] && grep -qw switchyard.oem_config',
    }),
    expect: assertionFailedIn('the next boot is a first one and applies it'),
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
    id: 'ignition/reason-withheld',
    suite: 'ignition/bad-json',
    describes: 'The console says that Ignition has failed, and not why.',
    change: changedSource(
      'reason-withheld',
      { file: emergency, from: 'journalctl -b -t ignition --no-pager', to: 'echo' },
      { file: emergency, from: 'journalctl -b -p err --no-pager -o cat', to: 'true' },
    ),
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
    change: withContents('/etc/over-https', 'other cargo\n'),
    expect: assertionFailed,
  },
  {
    id: 'ignition/busy-server-not-asked',
    suite: 'ignition/remote-contents',
    describes: 'The file of the busy server is in the config itself.',
    change: withContents('/etc/over-http', 'cargo over http\n'),
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
    id: 'ignition/nothing-replaced',
    suite: 'ignition/config-merge',
    describes: 'What should be replaced is applied.',
    change: changedConfig((config) => {
      if (config.ignition !== undefined) return config;
      const say =
        'for f in /etc/replacing /etc/replaced; do test -e $f; echo "<witness $f $?>" > /dev/kmsg; done';
      const service = `[Service]\nType=oneshot\nExecStart=/bin/sh -c '${say}'\n[Install]\nWantedBy=multi-user.target\n`;
      const units = [{ name: 'witness.service', enabled: true, contents: service }];
      return withUnits(withStorage(config, { files: [file('/etc/replaced', 'own\n')] }), units);
    }),
    expect: assertionFailed,
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
    describes: 'Another byte stands in the file than the config has.',
    change: sabotaged({
      script: 'printf "\\0" | dd of=/var/lib/noise bs=1 seek=700000 conv=notrunc',
    }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/config-not-large',
    suite: 'ignition/large-config',
    describes: 'The config is small enough for fw_cfg.',
    change: changedConfig((config) =>
      withFiles(config, (one) => (one.path.endsWith('noise') ? file(one.path, 'short') : one)),
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
    id: 'ignition/gives-up-for-good',
    suite: 'ignition/gives-up',
    describes: 'After five minutes the machine switches itself off.',
    change: changedSource('gives-up-for-good', {
      file: emergency,
      from: 'systemctl reboot --force',
      to: 'systemctl poweroff --force',
    }),
    expect: { phase: 'ignition', code: 'GUEST_SHUTDOWN' },
  },
  {
    id: 'ignition/gives-up-soon',
    suite: 'ignition/gives-up',
    describes: 'The machine reboots after ten seconds.',
    change: changedSource('gives-up-soon', {
      file: emergency,
      from: 'read -t 300',
      to: 'read -t 10',
    }),
    expect: assertionFailedIn('the machine reboots by itself'),
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
