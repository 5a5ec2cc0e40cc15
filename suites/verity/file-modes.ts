/**
 * Modes that give rights away: few programs have them, and each is known.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';

/**
 * Programs that run as root for everybody, by name: distributions differ in where they put them.
 * Source: flatcar/mantle, kola/tests/misc/files.go; ssh-keysign, which OpenSSH installs that way.
 */
const setUser = new Set([
  ...['chage', 'chfn', 'chsh', 'crontab', 'expiry', 'fusermount', 'fusermount3', 'gpasswd'],
  ...['mount', 'umount', 'newgidmap', 'newuidmap', 'newgrp', 'newrole', 'passwd', 'pkexec'],
  ...['su', 'sudo', 'polkit-agent-helper-1', 'dbus-daemon-launch-helper', 'mount.nfs'],
  ...['unix_chkpwd', 'pam_timestamp_check', 'krb5_child', 'ldap_child', 'proxy_child'],
  ...['selinux_child', 'ssh-keysign'],
]);

const setGroup = new Set(['chage', 'expiry', 'unix_chkpwd']);

/** Paths of `/usr` and `/etc` for which `find` holds this to be true. */
async function found(machine: Machine, ...test: readonly string[]): Promise<readonly string[]> {
  const argv = ['find', '/usr', '/etc', '-xdev', ...test] as const;
  const text = await machine.output(argv, { sudo: true });
  return text.split('\n').filter((line) => line !== '');
}

function unknown(paths: readonly string[], known: ReadonlySet<string>): readonly string[] {
  return paths.filter((path) => !known.has(path.slice(path.lastIndexOf('/') + 1)));
}

export default defineSuite({
  id: 'verity/file-modes',
  summary: 'Only known programs take the rights of their owner, and nothing is for all to write.',
  claims: ['V13', 'V14', 'V15'],
  tags: ['verity', 'security'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await step('set-user-id', async () => {
      const paths = await found(main, '-type', 'f', '-perm', '-4000');
      check.ok(paths.length > 0, 'there is at least sudo', paths);
      check.equal(unknown(paths, setUser), [], 'programs nobody knows');
    });
    await step('set-group-id', async () => {
      const paths = await found(main, '-type', 'f', '-perm', '-2000');
      check.equal(unknown(paths, setGroup), [], 'programs nobody knows');
    });
    await step('writable for all', async () => {
      const files = await found(main, '-type', 'f', '-perm', '-0002');
      check.equal(files, [], 'files');
      const directories = ['-type', 'd', '-perm', '-0002', '!', '-perm', '-1000'] as const;
      check.equal(await found(main, ...directories), [], 'directories without the sticky bit');
    });
  },
});
