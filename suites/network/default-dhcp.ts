/**
 * The network without any configuration: DHCP on the first NIC, under its documented name.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'network/default-dhcp',
  summary: 'Without configuration the virtio NIC is eth0 and is configured by DHCP.',
  claims: ['N01', 'N02'],
  tags: ['network'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the NIC is named eth0', async () => {
      const links = await main.output(['ls', '/sys/class/net']);
      check.includes(links.split(/\s+/), 'eth0', 'network interfaces');
    });
    await step('networkd has configured it by DHCP', async () => {
      const status = await main.output(['networkctl', 'status', 'eth0', '--no-pager']);
      check.matches(status, /State: routable \(configured\)/, 'state of eth0');
      check.matches(status, /DHCPv?4/, 'source of the address');
    });
  },
});
