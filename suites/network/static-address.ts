/**
 * A static address on a second NIC, given through networkd, reached from outside and kept over a
 * reboot.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { answeringUnits } from '../support/http-answer.js';
import { file } from '../support/provision.js';
import { rebootLimits, settled } from '../support/running.js';

const mac = '52:54:00:53:59:02';
const address = '10.0.3.50';

const path = '/etc/systemd/network/10-static.network';

const network = `[Match]
MACAddress=${mac}

[Network]
Address=${address}/24
`;

export default defineSuite({
  id: 'network/static-address',
  summary: 'A static address from the config is in use, reachable, and kept over a reboot.',
  claims: ['N07', 'I24'],
  tags: ['network', 'talk'],
  topology: singleMachine({
    nics: [{ subnet: '10.0.3.0/24', mac, forwards: [{ address, port: 8000 }] }],
    provisioning: {
      kind: 'ignition',
      config: {
        storage: { files: [file(path, network)] },
        systemd: { units: answeringUnits({ port: 8000, body: 'static' }) },
      },
    },
  }),
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    const reached = async () => {
      const { body } = await main.get({ nic: 1, port: 8000 });
      check.equal(body.trim(), 'static', `answer of ${address}:8000`);
    };
    await step('the NIC has the address and no other', async () => {
      const argv = ['ip', '-4', '-o', 'address', 'show', 'to', '10.0.3.0/24'] as const;
      const addresses = await main.output(argv);
      const pattern = /^\d+: (\S+)\s+inet 10\.0\.3\.50\/24 /;
      const [, nic = ''] = check.matches(addresses, pattern, 'addresses in 10.0.3.0/24');
      check.equal(addresses.split('\n').length, 1, `number of addresses in ${addresses}`);
      check.excludes(addresses, 'dynamic', `address of ${nic}`);
      const status = await main.output(['networkctl', 'status', nic, '--no-pager']);
      check.includes(status, `Network File: ${path}`, `networkctl status ${nic}`);
      check.matches(status, /State: routable \(configured\)/, `networkctl status ${nic}`);
    });
    await step('it answers from outside', reached);
    await step('it answers after a reboot', async () => {
      await main.reboot();
      await reached();
    });
  },
});
