/**
 * The NICs that a role has beside its segments: what QEMU would refuse as it starts, or no guest could
 * make sense of, is said before.
 */

import ipaddr from 'ipaddr.js';
import { UsageError } from '../../harness/base/errors.js';
import type { NicRequest, Role } from '../../harness/model/topology.js';
import { isGroup, managementMac } from './mac-address.js';
import { contains, management, type NamedNetwork, parseNetwork, refuseOverlap } from './subnets.js';

/** QEMU's leases begin at the fifteenth address, which must not be the broadcast. */
const narrowest = 27;
/** What QEMU itself has at a network's address (net_slirp_init): the host, and a name server. */
const ownHosts = [0x0202, 0x0203];

/**
 * The networks of all NICs. Two of one machine may be on the same, as for a bond. Throws BAD_SUBNET,
 * SUBNETS_OVERLAP, BAD_MAC, BAD_FORWARD (usage).
 */
export function networksOfNics(roles: Readonly<Record<string, Role>>): readonly NamedNetwork[] {
  return Object.entries(roles).flatMap(([name, { nics }]) => {
    const owner = `a NIC of role ${name}`;
    const networks = nics.map((nic) => networkOf(nic, owner));
    refuseOverlap(different(networks), [management]);
    refuseMacs(nics, owner);
    return networks;
  });
}

function networkOf({ subnet, forwards = [] }: NicRequest, owner: string): NamedNetwork {
  const network = parseNetwork(subnet, { kind: 'ipv4', owner, narrowest });
  for (const { address } of forwards) refuseAddress(address, { ...network, owner });
  return { ...network, owner };
}

function different(networks: readonly NamedNetwork[]): readonly NamedNetwork[] {
  const byText = networks.map((one) => [`${one.network}/${one.prefixLength}`, one] as const);
  return [...new Map(byText).values()];
}

function refuseAddress(address: string, network: NamedNetwork): void {
  const why = problemOfAddress(address, network);
  if (why === undefined) return;
  const place = `${network.network}/${network.prefixLength}`;
  const message = `${network.owner}: forward to ${address || 'no address'}, which ${why} ${place}`;
  throw new UsageError('BAD_FORWARD', message);
}

/** A machine is neither at one of QEMU's own addresses nor at an end of the network. */
function problemOfAddress(address: string, network: NamedNetwork): string | undefined {
  if (!ipaddr.IPv4.isValidFourPartDecimal(address)) return 'is no IPv4 address in';
  if (!contains(network, address)) return 'is not in';
  const size = 2 ** (32 - network.prefixLength);
  const host = Buffer.from(ipaddr.parse(address).toByteArray()).readUInt32BE() % size;
  if (host === 0 || host === size - 1) return 'no machine can have in';
  return ownHosts.some((own) => own % size === host) ? 'QEMU has itself in' : undefined;
}

/** By its MAC a guest finds the NIC that a config means. */
function refuseMacs(nics: readonly NicRequest[], owner: string): void {
  const macs = nics.flatMap(({ mac }) => (mac === undefined ? [] : [mac.toLowerCase()]));
  for (const [n, mac] of macs.entries()) {
    const problem =
      problemOfMac(mac) ?? (macs.indexOf(mac) < n ? 'is that of another one' : undefined);
    if (problem !== undefined) throw new UsageError('BAD_MAC', `${owner}: MAC ${mac} ${problem}`);
  }
}

function problemOfMac(mac: string): string | undefined {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac)) return 'is not like 52:54:00:12:34:56';
  if (mac === '00:00:00:00:00:00') return 'is that of no NIC';
  if (isGroup(mac)) return 'is that of a group';
  return mac === managementMac ? "is that of every machine's management NIC" : undefined;
}
