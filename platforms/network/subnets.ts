/**
 * The networks that segments may have: read from text, and refused where machines could not tell them
 * from another that they know.
 */

import ipaddr from 'ipaddr.js';
import { UsageError } from '../../harness/base/errors.js';
import { addressText } from './packets/addresses.js';

/** One address of the switch itself, and the network that it is in. */
export interface SegmentNetwork {
  /** The first address of the network. */
  readonly network: string;
  readonly prefixLength: number;
  /** The switch's own. */
  readonly address: string;
}

/** A network of the segment, or of something else, with the words for it. */
export interface NamedNetwork extends Pick<SegmentNetwork, 'network' | 'prefixLength'> {
  readonly owner: string;
}

/** Where no machine has an address (RFC 6890); 169.254.0.0/16 is also where metadata is. */
const reserved4 = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'];
/** Global addresses and those of a site's own: all that may be a network (RFC 4291, RFC 4193). */
const usable6 = ['2000::/3', 'fc00::/7'];
/** Four decimal numbers: other readers take `010` or `10.80` for something else. */
const plain4 = /^(?:(?:0|[1-9]\d*)\.){3}(?:0|[1-9]\d*)\//;

/** Every machine's NIC to the host: QEMU's user network, see its manual. */
export const management = cidr('10.0.2.0/24', 'the management network of every machine');

/** What a network is wanted for. */
export interface NetworkWish {
  readonly kind: 'ipv4' | 'ipv6';
  /** For messages, such as `segment lan`. */
  readonly owner: string;
  /** The longest prefix of IPv4 that leaves room for machines. */
  readonly narrowest: number;
}

/** Reads the network of a segment or a NIC. Throws BAD_SUBNET (usage). */
export function parseNetwork(
  text: string,
  { kind, owner, narrowest }: NetworkWish,
): SegmentNetwork {
  if (!ipaddr.isValidCIDR(text)) throw badSubnet(text, owner, 'is no network like 10.80.0.0/24');
  const [address, prefixLength] = ipaddr.parseCIDR(text);
  if (address.kind() !== kind) throw badSubnet(text, owner, `is not ${kind}`);
  if (kind === 'ipv4' && !plain4.test(text)) {
    throw badSubnet(text, owner, 'is no network like 10.80.0.0/24');
  }
  const bytes = Buffer.from(address.toByteArray());
  if (hasHostBits(bytes, prefixLength)) {
    throw badSubnet(text, owner, 'is not the first address of its network');
  }
  if (kind === 'ipv6' && prefixLength !== 64) throw badSubnet(text, owner, 'is not of 64 bits');
  if (kind === 'ipv4' && (prefixLength < 8 || prefixLength > narrowest)) {
    throw badSubnet(text, owner, `is not between /8 and /${narrowest}`);
  }
  const network = address.toString();
  refuseReserved(text, { network, prefixLength }, owner);
  bytes[bytes.length - 1] = (bytes.at(-1) as number) + 1;
  return { network, prefixLength, address: addressText(bytes) };
}

function hasHostBits(bytes: Buffer, prefixLength: number): boolean {
  return bytes.some((byte, n) => {
    const kept = Math.min(8, Math.max(0, prefixLength - n * 8));
    return (byte & (0xff >> kept)) !== 0;
  });
}

function refuseReserved(text: string, network: Range, owner: string): void {
  const taken = reserved4.find((one) => overlap(cidr(one, ''), network));
  if (taken !== undefined)
    throw badSubnet(text, owner, `is in ${taken}, which no machine can have`);
  const isIpv6 = network.network.includes(':');
  if (!isIpv6 || usable6.some((one) => contains(cidr(one, ''), network.network))) return;
  throw badSubnet(text, owner, `is in none of ${usable6.join(', ')}`);
}

function badSubnet(text: string, owner: string, why: string): UsageError {
  return new UsageError('BAD_SUBNET', `${owner}: ${text} ${why}`);
}

type Range = Pick<SegmentNetwork, 'network' | 'prefixLength'>;

/** Throws SUBNETS_OVERLAP (usage) where a network is another's too; that others overlap doesn't matter. */
export function refuseOverlap(
  networks: readonly NamedNetwork[],
  others: readonly NamedNetwork[],
): void {
  for (const [n, a] of networks.entries()) {
    const b = [...networks.slice(n + 1), ...others].find((one) => overlap(a, one));
    if (!b) continue;
    const message = `${named(a)} and ${named(b)} overlap: machines could not tell them apart`;
    throw new UsageError('SUBNETS_OVERLAP', message);
  }
}

function named({ owner, network, prefixLength }: NamedNetwork): string {
  return `${owner} (${network}/${prefixLength})`;
}

function cidr(text: string, owner: string): NamedNetwork {
  const [address, prefixLength] = ipaddr.parseCIDR(text);
  return { owner, network: address.toString(), prefixLength };
}

function overlap(a: Range, b: Range): boolean {
  return contains(a, b.network) || contains(b, a.network);
}

/** Whether an address is in a network. */
export function contains({ network, prefixLength }: Range, address: string): boolean {
  const [a, b] = [ipaddr.parse(network), ipaddr.parse(address)];
  return a.kind() === b.kind() && b.match(a, prefixLength);
}
