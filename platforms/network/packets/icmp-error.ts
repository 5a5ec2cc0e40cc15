/**
 * What a router or host says to the sender of a packet that it does not pass on or take (RFC 792,
 * RFC 4443), and when it says nothing (RFC 1122, 3.2.2).
 */

import ipaddr from 'ipaddr.js';
import { addressText } from './addresses.js';
import { internetChecksum } from './checksum.js';
import { encodeIcmpv6 } from './icmp.js';
import { encodeIp, type IpPacket, protocols } from './ip.js';

export type Refusal =
  | { readonly kind: 'no-network' | 'no-host' | 'no-port' | 'expired' }
  /** What the next network takes, in bytes. */
  | { readonly kind: 'too-big'; readonly mtu: number };

/** Type and code, for IPv4 and IPv6 (IANA). */
const codes = {
  'no-network': [
    [3, 0],
    [1, 0],
  ],
  'no-host': [
    [3, 1],
    [1, 3],
  ],
  'no-port': [
    [3, 3],
    [1, 4],
  ],
  expired: [
    [11, 0],
    [3, 0],
  ],
  'too-big': [
    [3, 4],
    [2, 0],
  ],
} as const;

/** Of IPv4: unreachable, quench, redirect, expired, bad parameter. */
const errors4: readonly number[] = [3, 4, 5, 11, 12];

/** The packet that says it, from an address of the sayer's own; undefined where nothing is to be said. */
export function icmpError(packet: Buffer, source: string, refusal: Refusal): Buffer | undefined {
  const isIpv4 = (packet[0] as number) >> 4 === 4;
  const ends = endsOf(packet, isIpv4);
  if (!isAnswerable(packet, isIpv4, ends)) return undefined;
  const head = Buffer.alloc(8);
  head.set(codes[refusal.kind][isIpv4 ? 0 : 1]);
  if (refusal.kind === 'too-big') {
    if (isIpv4) head.writeUInt16BE(refusal.mtu, 6);
    else head.writeUInt32BE(refusal.mtu, 4);
  }
  // As much of the packet as the smallest MTU of its version leaves room for.
  const message = Buffer.concat([head, packet.subarray(0, isIpv4 ? 576 - 28 : 1280 - 48)]);
  const back = { source, destination: ends.source };
  if (!isIpv4) return encodeIcmpv6({ version: 6, ...back }, message);
  message.writeUInt16BE(internetChecksum(message), 2);
  return encodeIp({ version: 4, ...back, protocol: protocols.icmp, hops: 64, payload: message });
}

function endsOf(packet: Buffer, isIpv4: boolean): Pick<IpPacket, 'source' | 'destination'> {
  const [from, length] = isIpv4 ? [12, 4] : [8, 16];
  const at = (start: number) => addressText(packet.subarray(start, start + length));
  return { source: at(from), destination: at(from + length) };
}

/** Neither an error itself, nor a later fragment, nor from or to more or less than one station. */
function isAnswerable(
  packet: Buffer,
  isIpv4: boolean,
  { source, destination }: Pick<IpPacket, 'source' | 'destination'>,
): boolean {
  const isGroup = ['multicast', 'broadcast'].includes(ipaddr.parse(destination).range());
  const isNobody = ['multicast', 'broadcast', 'unspecified'].includes(ipaddr.parse(source).range());
  if (isGroup || isNobody) return false;
  if (!isIpv4) return packet[6] !== protocols.icmpv6 || (packet[40] ?? 0) >= 128;
  if ((packet.readUInt16BE(6) & 0x1fff) !== 0) return false;
  const header = ((packet[0] as number) & 15) * 4;
  return packet[9] !== protocols.icmp || !errors4.includes(packet[header] ?? 0);
}
