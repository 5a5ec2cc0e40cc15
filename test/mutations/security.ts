/**
 * Defects that the suites about accounts and logins must see.
 */

import { dataUrl } from '../../harness/model/data-url.js';
import { file } from '../../suites/support/provision.js';
import { changedConfig, changedSecure, sabotaged, withFiles, withStorage } from './edits.js';
import { assertionFailed, assertionFailedIn, commandFailed, type Mutation } from './mutation.js';

/** systemd gives the SSH socket up when so many connections come within so many seconds. */
function triggerLimit({ seconds, burst }: { readonly seconds: number; readonly burst: number }) {
  return sabotaged({
    script: `mkdir -p /run/systemd/system/sshd.socket.d
printf '[Socket]\\nTriggerLimitIntervalSec=${seconds}\\nTriggerLimitBurst=${burst}\\n' \\
  > /run/systemd/system/sshd.socket.d/90.conf
systemctl daemon-reload`,
  });
}

/** sshd reads these lines before its own. */
function sshdSaid(...lines: readonly string[]) {
  const settings = file('/etc/ssh/sshd_config.d/00-passwords.conf', `${lines.join('\n')}\n`);
  return changedConfig((config) => withStorage(config, { files: [settings] }));
}

const withoutFirmwareKeys = changedSecure({
  file: 'steps/secure.sh',
  from: 'OVMF_VARS_4M.snakeoil.fd',
  to: 'OVMF_VARS_4M.fd',
});

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
    id: 'security/sudo-asks',
    suite: 'security/core-identity',
    describes: 'sudo asks core for a password before it does nothing.',
    change: sabotaged({
      script: `echo 'core ALL=(ALL) PASSWD: /usr/bin/true' > /etc/sudoers.d/zz-last`,
    }),
    expect: assertionFailed,
  },
  {
    id: 'security/passwords-allowed',
    suite: 'security/no-password-login',
    describes: 'The config lets sshd take passwords.',
    change: sshdSaid('PasswordAuthentication yes'),
    expect: assertionFailedIn('sshd is configured as documented'),
  },
  {
    id: 'security/questions-allowed',
    suite: 'security/no-password-login',
    describes: 'The config lets sshd ask questions, and PAM asks for the password.',
    change: sshdSaid('KbdInteractiveAuthentication yes'),
    expect: assertionFailedIn('sshd is configured as documented'),
  },
  {
    id: 'security/questions-to-one',
    suite: 'security/no-password-login',
    describes:
      'The config lets sshd ask one user for the password, whatever it says of the others.',
    change: sshdSaid('Match User sailor', 'KbdInteractiveAuthentication yes'),
    expect: assertionFailedIn('a password opens nothing'),
  },
  {
    id: 'security/one-host-key-for-all',
    suite: 'security/host-keys-unique',
    describes: 'The config brings the host key that each machine should make itself.',
    change: changedConfig((config) => ({
      ...config,
      storage: {
        ...config.storage,
        files: [
          ...(config.storage?.files ?? []),
          {
            path: '/etc/ssh/ssh_host_ecdsa_key',
            mode: 0o600,
            overwrite: true,
            contents: { source: 'data:,not%20a%20key%0A' },
          },
          {
            path: '/etc/ssh/ssh_host_ecdsa_key.pub',
            overwrite: true,
            contents: { source: `data:,ecdsa-sha2-nistp256%20${'A'.repeat(140)}%0A` },
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
  {
    id: 'security/core-may-restart-units',
    suite: 'security/dbus-policy',
    describes: 'The session of core runs with the rights of root over units.',
    change: sabotaged({
      script: `cp /usr/bin/busctl /opt/busctl
        chmod 4755 /opt/busctl
        mount --bind /opt/busctl /usr/bin/busctl`,
    }),
    expect: assertionFailed,
  },
  {
    id: 'security/sudo-group-powerless',
    suite: 'security/sudo-user',
    describes: 'The group sudo is not in sudoers.',
    change: sabotaged({ script: "sed -i '/^%sudo/d' /etc/sudoers" }),
    expect: assertionFailed,
  },
  {
    id: 'security/socket-gives-up',
    suite: 'security/sshd-trigger',
    describes: 'The SSH socket gives up after fifty connections.',
    change: triggerLimit({ seconds: 600, burst: 50 }),
    expect: assertionFailed,
  },
  {
    id: 'security/socket-has-default-limit',
    suite: 'security/sshd-trigger',
    describes: 'The SSH socket has the trigger limit that systemd gives to those that name none.',
    change: triggerLimit({ seconds: 2, burst: 200 }),
    expect: assertionFailed,
  },
  {
    id: 'security/authority-missing',
    suite: 'security/ca-bundle',
    describes: 'The certificate is not put into place.',
    change: changedConfig((config) =>
      withFiles(config, (one) => ({ ...one, path: '/etc/harbour.pem' })),
    ),
    expect: assertionFailed,
  },
  {
    id: 'security/fips-not-asked',
    suite: 'security/fips',
    describes: 'The kernel is not told to be in FIPS mode.',
    change: changedConfig(({ kernelArguments: _, ...config }) => config),
    expect: assertionFailed,
  },
  {
    id: 'security/audits-more',
    suite: 'security/audit-rules',
    describes: 'Something audits every change of the accounts.',
    change: sabotaged({ script: `auditctl -w /etc/passwd -p wa -k accounts` }),
    expect: assertionFailed,
  },
  {
    id: 'security/lockdown-hidden',
    suite: 'security/secure-boot',
    describes: 'The kernel says that nothing is locked down.',
    change: sabotaged({
      script: `echo "[none] integrity confidentiality" > /opt/none; mount --bind /opt/none /sys/kernel/security/lockdown`,
    }),
    expect: assertionFailed,
  },
  {
    id: 'security/verifies-nothing',
    suite: 'security/secure-boot',
    describes: 'The firmware has no key, and boots whatever there is.',
    change: withoutFirmwareKeys,
    expect: assertionFailed,
  },
  {
    id: 'security/any-kernel-will-do',
    suite: 'security/tampered-kernel',
    describes: 'The firmware has no key, and the changed kernel is started.',
    change: withoutFirmwareKeys,
    expect: { phase: 'suite', code: 'CONSOLE_TIMEOUT' },
  },
  {
    id: 'security/domain-without-core',
    suite: 'security/sssd',
    describes: 'The domain leaves out the users below 1000, and so core.',
    change: changedConfig((config) =>
      withFiles(config, ({ path, mode }) => ({
        path,
        ...(mode !== undefined && { mode }),
        contents: {
          source: dataUrl(
            '[sssd]\nservices = nss\ndomains = harbour\n\n[domain/harbour]\nid_provider = proxy\nproxy_lib_name = files\nauth_provider = none\nmin_id = 1000\n',
          ),
        },
      })),
    ),
    expect: commandFailed,
  },
];
