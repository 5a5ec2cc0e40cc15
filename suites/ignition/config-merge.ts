/**
 * Configs in pieces: one that is merged, fetched from a server, and one that takes the place of the
 * config that names it. The network is there in the initrd, before the real root.
 */

import { dataUrl } from '../../harness/model/data-url.js';
import { defineSuite } from '../../harness/model/suite.js';
import { role } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { file } from '../support/provision.js';
import { settled } from '../support/running.js';
import { serverAddress } from '../support/test-authority.js';

const remote = {
  ignition: { version: '3.3.0' },
  passwd: { users: [{ name: 'pilot', gecos: 'from the server' }] },
  storage: { files: [file('/etc/base', 'of the server\n'), file('/etc/both', 'of the server\n')] },
};

const nested = {
  ignition: { version: '3.3.0' },
  storage: { files: [file('/etc/nested', 'nested\n')] },
};

export default defineSuite({
  id: 'ignition/config-merge',
  summary:
    'A config from a server is merged and wins, a nested one too; the initrd had the network.',
  claims: ['I12', 'I47'],
  tags: ['ignition', 'network'],
  topology: {
    roles: {
      main: role({
        services: [
          {
            kind: 'http',
            address: serverAddress,
            port: 80,
            files: { '/base.ign': JSON.stringify(remote) },
          },
        ],
        provisioning: {
          kind: 'ignition',
          config: {
            ignition: {
              config: {
                merge: [
                  { source: `http://${serverAddress}/base.ign` },
                  { source: dataUrl(JSON.stringify(nested)) },
                ],
              },
            },
            storage: { files: [file('/etc/both', 'own\n')] },
          },
        },
      }),
    },
  },
  start: 'first-boot',
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('all of it is there, and what is merged wins', async () => {
      check.equal(await main.readFile('/etc/base'), 'of the server\n', '/etc/base');
      check.equal(await main.readFile('/etc/nested'), 'nested\n', '/etc/nested');
      check.equal(await main.readFile('/etc/both'), 'of the server\n', '/etc/both');
      const pilot = await main.output(['getent', 'passwd', 'pilot']);
      check.includes(pilot, 'from the server', 'entry of the user pilot');
    });
    await step('the network came up before the real root', async () => {
      const units = ['-u', 'initrd-switch-root.target', '-u', 'systemd-networkd.service'] as const;
      const argv = ['journalctl', '-b', '-o', 'cat', '--no-pager', ...units] as const;
      const log = await main.output(argv, { sudo: true });
      const network = log.search(/Start(ed|ing) .*[Nn]etwork/);
      const root = log.search(/Switch Root/);
      check.ok(network >= 0 && network < root, 'networkd started before Switch Root', log);
    });
  },
});
