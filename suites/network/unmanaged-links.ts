/**
 * Links that container networks and tunnels make are theirs: no DHCP, no address from networkd.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

/** Names as CNI plugins, Cilium, Docker and VPN programs give them. */
const links: Readonly<Record<string, string>> = {
  cni0: 'ip link add cni0 type bridge',
  cilium_host: 'ip link add cilium_host type veth peer name cilium_net',
  veth12ab34: 'ip link add veth12ab34 type veth peer name vethpeer',
  tun7: 'ip tuntap add dev tun7 mode tun',
  tap7: 'ip tuntap add dev tap7 mode tap',
  'br-0123456789ab': 'ip link add br-0123456789ab type bridge',
};

export default defineSuite({
  id: 'network/unmanaged-links',
  summary: 'Bridges, veth, tun and tap links of other programs get neither DHCP nor an address.',
  claims: ['N10', 'N18'],
  tags: ['network', 'containers'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    const names = Object.keys(links);
    await step('links appear and are up', async () => {
      const script = names.map((name) => `${links[name]}\nip link set ${name} up`).join('\n');
      check.succeeds(await main.sh(script, { sudo: true }), 'making links');
      await main.output(['udevadm', 'settle'], { sudo: true });
    });
    for (const name of names) {
      await step(`${name} is left alone`, async () => {
        const listed = await main.output(['networkctl', 'list', '--no-legend', '--no-pager', name]);
        check.matches(listed, /\bunmanaged\b/, `networkctl list ${name}`);
        const addresses = await main.output(['ip', '-4', '-o', 'address', 'show', 'dev', name]);
        check.equal(addresses, '', `addresses of ${name}`);
      });
    }
  },
});
