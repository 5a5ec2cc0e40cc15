/**
 * Network devices that networkd makes from the config: a VLAN, a bond, a bridge.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

const macs = ['52:54:00:53:59:11', '52:54:00:53:59:12'] as const;

const config = `variant: flatcar
version: 1.0.0
storage:
  files:
    - path: /etc/systemd/network/10-bond0.netdev
      contents: {inline: "[NetDev]\\nName=bond0\\nKind=bond\\n[Bond]\\nMode=active-backup\\nMIIMonitorSec=100ms\\n"}
    - path: /etc/systemd/network/10-vlan7.netdev
      contents: {inline: "[NetDev]\\nName=vlan7\\nKind=vlan\\n[VLAN]\\nId=7\\n"}
    - path: /etc/systemd/network/10-quay0.netdev
      contents: {inline: "[NetDev]\\nName=quay0\\nKind=bridge\\n"}
    - path: /etc/systemd/network/10-members.network
      contents: {inline: "[Match]\\nMACAddress=${macs.join(' ')}\\nKind=!bond\\n[Network]\\nBond=bond0\\n"}
    - path: /etc/systemd/network/11-bond0.network
      contents: {inline: "[Match]\\nName=bond0\\n[Network]\\nVLAN=vlan7\\nAddress=10.0.3.40/24\\nLinkLocalAddressing=no\\n"}
    - path: /etc/systemd/network/11-vlan7.network
      contents: {inline: "[Match]\\nName=vlan7\\n[Network]\\nBridge=quay0\\n"}
    - path: /etc/systemd/network/11-quay0.network
      contents: {inline: "[Match]\\nName=quay0\\n[Network]\\nAddress=10.0.7.1/24\\nLinkLocalAddressing=no\\nConfigureWithoutCarrier=yes\\n"}
`;

async function link(machine: Machine, name: string): Promise<string> {
  return await machine.output(['ip', '-d', '-o', 'link', 'show', 'dev', name]);
}

async function addresses(machine: Machine, name: string): Promise<string> {
  const shown = await machine.output(['ip', '-4', '-o', 'address', 'show', 'dev', name]);
  return [...shown.matchAll(/inet (\S+)/g)].map(([, address]) => address).join(' ');
}

const activePath = '/sys/class/net/bond0/bonding/active_slave';

/** Each NIC's network has a gateway of its own, at the same address. */
const reachGateway = ['ping', '-c', '2', '-W', '5', '-I', 'bond0', '10.0.3.2'] as const;

async function activeNic(machine: Machine): Promise<string> {
  return (await machine.readFile(activePath)).trim();
}

export default defineSuite({
  id: 'network/vlan-bond-bridge',
  summary:
    'A bond that works over either of two NICs, a VLAN on it and a bridge above, without DHCP.',
  claims: ['N08'],
  tags: ['network', 'butane'],
  topology: singleMachine({
    nics: macs.map((mac) => ({ subnet: '10.0.3.0/24', mac })),
    provisioning: { kind: 'butane', config },
  }),
  start: 'first-boot',
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the bond has both NICs', async () => {
      const wait = '/usr/lib/systemd/systemd-networkd-wait-online';
      await main.output([wait, '--interface=bond0', '--timeout=60'], { sudo: true });
      const slaves = await main.readFile('/sys/class/net/bond0/bonding/slaves');
      check.equal(slaves.trim().split(' ').length, 2, 'number of NICs in bond0');
      check.matches(await link(main, 'bond0'), /mode active-backup/, 'bond0');
    });
    await step('the bond works over either NIC', async () => {
      const active = await activeNic(main);
      await main.output(reachGateway);
      await main.output(['ip', 'link', 'set', active, 'down'], { sudo: true });
      const other = `until read nic < ${activePath} && [ -n "$nic" ] && [ "$nic" != ${active} ]
        do sleep 0.1; done`;
      check.succeeds(await main.sh(other), 'waiting for the other NIC');
      await main.output(reachGateway);
      await main.output(['ip', 'link', 'set', active, 'up'], { sudo: true });
    });
    await step('the VLAN is on the bond and in the bridge', async () => {
      const vlan = await link(main, 'vlan7');
      check.matches(vlan, /vlan7@bond0:/, 'vlan7');
      check.matches(vlan, /vlan protocol 802\.1Q id 7\b/, 'vlan7');
      check.matches(vlan, /master quay0/, 'vlan7');
    });
    await step('they have their addresses and no others', async () => {
      check.equal(await addresses(main, 'bond0'), '10.0.3.40/24', 'addresses of bond0');
      check.equal(await addresses(main, 'quay0'), '10.0.7.1/24', 'addresses of quay0');
      check.equal(await addresses(main, 'vlan7'), '', 'addresses of vlan7');
    });
  },
});
