/**
 * Configs in pieces: one that is merged, fetched from a server, and one that takes the place of the
 * config that names it. The network is there in the initrd, before the real root.
 */

import { dataUrl } from '../../harness/model/data-url.js';
import type { ServiceRequest } from '../../harness/model/services.js';
import { defineSuite } from '../../harness/model/suite.js';
import { role } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { file, unit } from '../support/provision.js';
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

/** Says on the console what of both configs is there; the first is never heard of again. */
const witness = `[Service]
Type=oneshot
ExecStart=/bin/sh -c 'for f in /etc/replacing /etc/replaced; do test -e $f; echo "<witness $f $?>" > /dev/kmsg; done'
[Install]
WantedBy=multi-user.target
`;

const replacing = {
  ignition: { version: '3.3.0' },
  storage: { files: [file('/etc/replacing', 'of the server\n')] },
  systemd: { units: [unit('witness.service', witness)] },
};

const replaced = {
  ignition: {
    version: '3.3.0',
    config: { replace: { source: `http://${serverAddress}/replacing.ign` } },
  },
  storage: { files: [file('/etc/replaced', 'own\n')] },
};

function serve(path: string, config: object): ServiceRequest {
  const files = { [path]: JSON.stringify(config) };
  return { kind: 'http', address: serverAddress, port: 80, files };
}

export default defineSuite({
  id: 'ignition/config-merge',
  summary:
    'A config from a server is merged and wins, or takes the whole place; the initrd had the network.',
  claims: ['I12', 'I47'],
  tags: ['ignition', 'network'],
  applies: { needs: ['console'] },
  topology: {
    roles: {
      main: role({
        services: [serve('/base.ign', remote)],
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
      // The harness's key would go with the config that is replaced.
      replaced: role({
        services: [serve('/replacing.ign', replacing)],
        provisioning: { kind: 'raw', config: JSON.stringify(replaced) },
        ready: { kind: 'console', pattern: /^\S+ login:/ },
      }),
    },
  },
  start: 'first-boot',
  async run({ machine, step }) {
    const main = machine('main');
    await settled(main);
    await step('all of it is there, and what is merged wins', async () => {
      check.equal(await main.readFile('/etc/base'), 'of the server\n', '/etc/base');
      check.equal(await main.readFile('/etc/nested'), 'nested\n', '/etc/nested');
      check.equal(await main.readFile('/etc/both'), 'of the server\n', '/etc/both');
      const pilot = await main.output(['getent', 'passwd', 'pilot']);
      check.includes(pilot, 'from the server', 'entry of the user pilot');
    });
    await step('what is replaced is not there, and what replaces it is', async () => {
      const { console } = machine('replaced');
      await console.waitFor(/<witness \/etc\/replaced \d>/, { timeoutMs: 60_000, from: 0 });
      const said = console.lines().join('\n');
      check.matches(said, /<witness \/etc\/replacing 0>/, 'looking for /etc/replacing');
      check.matches(said, /<witness \/etc\/replaced 1>/, 'looking for /etc/replaced');
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
