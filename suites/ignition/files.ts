/**
 * Files, directories and links of a config.
 */

import type { IgnitionFragment } from '../../harness/model/ignition.js';
import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { file } from '../support/provision.js';

const core = { name: 'core' };

/** Bytes that a careless encoding loses: UTF-8, `%`, quotes, an empty line, no newline at the end. */
const text = 'Höhe: 100 %\n\n"quoted" \\ \'twice\'\t#end';

/** In the place of a file that every generation ships. */
const hosts = '127.0.0.1 localhost\n::1 localhost\n192.0.2.7 harbour.example\n';

const config: IgnitionFragment = {
  storage: {
    directories: [
      { path: '/etc/harbour', mode: 0o750, user: core, group: core },
      { path: '/var/lib/harbour/deep', mode: 0o770, group: core },
    ],
    files: [
      { ...file('/etc/harbour/notice', text, 0o640), user: core, group: core },
      file('/var/lib/harbour/plain', 'plain\n'),
      file('/etc/hosts', hosts),
    ],
    links: [
      // Every generation ships a link here; the config's must take its place.
      { path: '/etc/motd', target: '/etc/harbour/notice', overwrite: true },
      { path: '/var/lib/harbour/hard', target: '/var/lib/harbour/plain', hard: true },
    ],
  },
};

async function stat(machine: Machine, format: string, path: string): Promise<string> {
  return await machine.output(['stat', '-c', format, path], { sudo: true });
}

export default defineSuite({
  id: 'ignition/files',
  summary: 'Files, directories and links are where the config puts them, over shipped ones, too.',
  claims: ['I02', 'I06', 'I13', 'I14'],
  tags: ['ignition', 'storage'],
  topology: singleMachine({
    provisioning: { kind: 'ignition', config, fwCfg: 'opt/com.coreos/config' },
  }),
  start: 'first-boot',
  async run(context) {
    const machine = context.machine();
    await context.step('the config came by the one key', async () => {
      const ls = await machine.output(['ls', '/sys/firmware/qemu_fw_cfg/by_name/opt']);
      const vendors = ls.split('\n');
      check.includes(vendors, 'com.coreos', 'vendors in fw_cfg');
      check.excludes(vendors, 'org.flatcar-linux', 'vendors in fw_cfg');
    });
    await context.step('files have their bytes, modes and owners', async () => {
      const seen = await machine.output(['base64', '-w0', '/etc/harbour/notice'], { sudo: true });
      check.equal(Buffer.from(seen, 'base64').toString(), text, '/etc/harbour/notice');
      check.equal(await stat(machine, '%a %U:%G', '/etc/harbour/notice'), '640 core:core', 'it');
      check.equal(await stat(machine, '%a %u:%g', '/var/lib/harbour/plain'), '644 0:0', 'plain');
    });
    await context.step('a shipped file has the bytes of the config alone', async () => {
      check.equal(await machine.readFile('/etc/hosts'), hosts, '/etc/hosts');
      const found = await machine.output(['getent', 'hosts', 'harbour.example']);
      check.matches(found, /^192\.0\.2\.7 /, 'getent hosts harbour.example');
    });
    await context.step('directories have their modes and owners', async () => {
      const shallow = await stat(machine, '%F %a %U:%G', '/etc/harbour');
      check.equal(shallow, 'directory 750 core:core', '/etc/harbour');
      const deep = await stat(machine, '%F %a %U:%G', '/var/lib/harbour/deep');
      check.equal(deep, 'directory 770 root:core', '/var/lib/harbour/deep');
    });
    await context.step('links lead to their targets', async () => {
      const target = await machine.output(['readlink', '/etc/motd']);
      check.equal(target, '/etc/harbour/notice', 'target of /etc/motd');
      const [one, other] = await Promise.all([
        stat(machine, '%i %h', '/var/lib/harbour/hard'),
        stat(machine, '%i %h', '/var/lib/harbour/plain'),
      ]);
      check.equal(one, other, 'inode and link count of the hard link and its target');
    });
  },
});
