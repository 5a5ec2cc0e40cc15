/**
 * Three machines, each with a tunnel to each other: private addresses over the cluster's network.
 */

import type { Machine } from '../../harness/model/machine.js';
import type { ClusterNetwork } from '../../harness/model/network.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import {
  allOnLan,
  clusterNeeds,
  hears,
  machinesOnLan,
  mustHear,
  onAll,
} from '../support/clusters.js';

const makeKey = 'umask 077; wg genkey > /etc/wireguard/key; wg pubkey < /etc/wireguard/key';

function tunnelAddress({ index }: { readonly index: number }): string {
  return `10.100.0.${index + 1}`;
}

async function joinMesh(
  machine: Machine,
  peers: readonly { readonly machine: Machine; readonly key: string }[],
  network: ClusterNetwork,
): Promise<void> {
  const others = peers.filter((peer) => peer.machine !== machine);
  const set = others.map(({ machine: other, key }) => {
    const endpoint = `${network.station(other.name).ipv4}:51820`;
    return `wg set wg0 peer ${key} allowed-ips ${tunnelAddress(other)}/32 endpoint ${endpoint}`;
  });
  const script = `ip link add wg0 type wireguard
wg set wg0 listen-port 51820 private-key /etc/wireguard/key
${set.join('\n')}
ip address add ${tunnelAddress(machine)}/24 dev wg0
ip link set wg0 up`;
  check.succeeds(await machine.sh(script, { sudo: true }), `${machine.name} joins the mesh`);
}

export default defineSuite({
  id: 'clusters/wireguard-mesh',
  summary: 'A mesh of WireGuard tunnels between machines carries what they say, and heals.',
  claims: ['K23'],
  tags: ['cluster', 'network'],
  applies: { needs: clusterNeeds },
  topology: machinesOnLan(3),
  async run({ machine, machines, network, step }) {
    await allOnLan(machines, network);
    await step('each has a key and knows the others', async () => {
      const peers = await onAll(machines, async (each) => {
        const result = await each.sh(`mkdir -p /etc/wireguard; ${makeKey}`, { sudo: true });
        check.succeeds(result, 'making a key');
        return { machine: each, key: result.stdout.trim() };
      });
      await onAll(machines, (each) => joinMesh(each, peers, network));
    });
    await step('every pair talks through its tunnel', async () => {
      for (const from of machines) {
        for (const to of machines) {
          if (from === to) continue;
          await mustHear(from, tunnelAddress(to), `${from.name} hears ${to.name} by its tunnel`);
        }
      }
    });
    await step('a partition is felt inside, and only where it is', async () => {
      const [one, two, three] = [
        machine('machine', 0),
        machine('machine', 1),
        machine('machine', 2),
      ];
      await network.partition([one.name], [two.name]);
      check.equal(await hears(one, tunnelAddress(two)), false, 'machine-0 and machine-1 are apart');
      await mustHear(one, tunnelAddress(three), 'machine-0 and machine-2 are not');
      await network.heal();
      await mustHear(one, tunnelAddress(two), 'the tunnel works again');
    });
  },
});
