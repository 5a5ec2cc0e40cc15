/**
 * What a gateway leads to: neither a segment nor the host itself, under whatever address, for
 * machines must not reach what listens there.
 */

import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import type { NetworkPlan } from './plan-network.js';
import { contains } from './subnets.js';

/** Ranges of the host's own, of groups, and of IPv6 that hold an IPv4 address (IANA, RFC 4291). */
const refusedRanges: readonly string[] = [
  ...['loopback', 'linkLocal', 'unspecified', 'multicast', 'broadcast'],
  ...['ipv4Mapped', 'rfc6145', 'rfc6052', '6to4', 'teredo'],
];
/** IPv4-compatible (RFC 4291), and translated within a site (RFC 8215): no ranges of the library. */
const refusedNetworks = ['::/96', '64:ff9b:1::/48'].map((text) => ipaddr.IPv6.parseCIDR(text));

/** Whether an address is beyond all segments, and no detour to the host. */
export function isOutside({ segments }: NetworkPlan, address: string): boolean {
  const parsed = ipaddr.parse(address);
  if (refusedRanges.includes(parsed.range())) return false;
  if (parsed.kind() === 'ipv6' && refusedNetworks.some((network) => parsed.match(network))) {
    return false;
  }
  return !segments.some(({ ipv4, ipv6 }) => {
    return [ipv4, ipv6].some((network) => network && contains(network, address));
  });
}

/** Whether the host itself has an address at this moment. */
export function isOfHost(address: string, interfaces = networkInterfaces()): boolean {
  const wanted = ipaddr.parse(address).toNormalizedString();
  return Object.values(interfaces).some((own = []) => {
    // What is behind a percent sign is the zone of a link-local address.
    return own.some((one) => {
      return ipaddr.parse(one.address.replace(/%.*/, '')).toNormalizedString() === wanted;
    });
  });
}
