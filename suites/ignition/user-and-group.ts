/**
 * Users, groups, keys and passwords that a config asks for, and what a user may do by its groups.
 */

import type { IgnitionFragment } from '../../harness/model/ignition.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';

/** SHA-512 crypt of a word that opens nothing: sshd takes no passwords. */
const passwordHash =
  '$6$harbour$S3y26GUsFaNo/.DP8hSHHVzEnGUszxcmDIROs64zI0S7WHgnHsnxLV0RuqjhEcazgvX3SD0x69HntQx4UIHXM1';

const key =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFhgd+7bcEcDGQBDg1SZHvVNAjHWtl3Qhf5VTQ/JUKzE harbour-pilot';

const group = { name: 'anchors', gid: 4711 } as const;
const pilot = {
  name: 'pilot',
  uid: 4242,
  gecos: 'Harbour Pilot',
  homeDir: '/home/harbour-pilot',
  shell: '/bin/bash',
  groups: [group.name, 'sudo'],
  sshAuthorizedKeys: [key],
} as const;

const config: IgnitionFragment = {
  passwd: { users: [pilot, { name: 'core', passwordHash }], groups: [group] },
};

export default defineSuite({
  id: 'ignition/user-and-group',
  summary: 'Users, groups, keys and password hashes of the config are on the machine as stated.',
  claims: ['I18', 'I19', 'I20'],
  tags: ['ignition', 'users'],
  topology: singleMachine({ provisioning: { kind: 'ignition', config } }),
  start: 'first-boot',
  async run(context) {
    const machine = context.machine();
    await context.step('the user has what the config gives it', async () => {
      const entry = await machine.output(['getent', 'passwd', pilot.name]);
      const [, , uid, , gecos, home, shell] = entry.split(':');
      const seen = { uid: Number(uid), gecos, home, shell };
      const expected = {
        uid: pilot.uid,
        gecos: pilot.gecos,
        home: pilot.homeDir,
        shell: pilot.shell,
      };
      check.equal(seen, expected, `getent passwd ${pilot.name}`);
      const groups = await machine.output(['id', '-Gn', pilot.name]);
      check.includes(groups.split(' '), group.name, `groups of ${pilot.name}`);
    });
    await context.step('its home is its own', async () => {
      const owner = await machine.output(['stat', '-c', '%U %F', pilot.homeDir], { sudo: true });
      check.equal(owner, `${pilot.name} directory`, `owner and type of ${pilot.homeDir}`);
    });
    await context.step('its key is in its place, and nobody else can add one', async () => {
      const path = `${pilot.homeDir}/.ssh/authorized_keys.d/ignition`;
      const { stdout } = await machine.exec(['cat', path], { sudo: true });
      check.includes(stdout.split('\n'), key, path);
      const owner = await machine.output(['stat', '-c', '%U %a', path], { sudo: true });
      check.matches(owner, new RegExp(`^${pilot.name} [46][04][04]$`), `owner and mode of ${path}`);
    });
    await context.step('it becomes root, as the group sudo may', async () => {
      const become = ['runuser', '-u', pilot.name, '--', 'sudo', '-n', 'id', '-u'] as const;
      const result = await machine.exec(become, { sudo: true });
      check.equal(check.succeeds(result, `sudo of ${pilot.name}`), '0', 'what it becomes');
    });
    await context.step('the group is there, in both files', async () => {
      const entry = await machine.output(['getent', 'group', group.name]);
      const [, , gid, members = ''] = entry.split(':');
      check.equal(Number(gid), group.gid, `number of ${group.name}`);
      check.includes(members.split(','), pilot.name, `members of ${group.name}`);
      const shadow = await machine.output(['cat', '/etc/gshadow'], { sudo: true });
      check.matches(shadow, new RegExp(`^${group.name}:`, 'm'), '/etc/gshadow');
    });
    await context.step('core has the password hash', async () => {
      const shadow = await machine.output(['getent', 'shadow', 'core'], { sudo: true });
      check.equal(shadow.split(':')[1], passwordHash, 'hash of core in getent shadow');
    });
  },
});
