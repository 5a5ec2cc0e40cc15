/**
 * IP packets of both versions (RFC 791, RFC 8200), whole ones: fragments and extension headers are
 * passed on by the switch and read by nobody.
 */

import { etherTypes } from '../frame.js';
import { addressBytes, addressText } from './addresses.js';
import { internetChecksum } from './checksum.js';

/** What a packet carries (IANA, "Protocol Numbers"). */
export const protocols = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 } as const;

export interface IpPacket {
  readonly version: 4 | 6;
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  /** Time to live, or hop limit. */
  readonly hops: number;
  readonly payload: Buffer;
}

/** The frame type that carries a version. */
export function etherTypeOf({ version }: Pick<IpPacket, 'version'>): number {
  return version === 4 ? etherTypes.ipv4 : etherTypes.ipv6;
}

/** Undefined for what is malformed or a fragment. */
export function parseIp(bytes: Buffer): IpPacket | undefined {
  const version = (bytes[0] ?? 0) >> 4;
  if (version === 4) return parseIpv4(bytes);
  return version === 6 ? parseIpv6(bytes) : undefined;
}

function parseIpv4(bytes: Buffer): IpPacket | undefined {
  if (bytes.length < 20) return undefined;
  const header = ((bytes[0] as number) & 15) * 4;
  const total = bytes.readUInt16BE(2);
  if (header < 20 || total < header || total > bytes.length) return undefined;
  if ((bytes.readUInt16BE(6) & 0x3fff) !== 0) return undefined;
  if (internetChecksum(bytes.subarray(0, header)) !== 0) return undefined;
  return {
    version: 4,
    source: addressText(bytes.subarray(12, 16)),
    destination: addressText(bytes.subarray(16, 20)),
    protocol: bytes[9] as number,
    hops: bytes[8] as number,
    payload: bytes.subarray(header, total),
  };
}

function parseIpv6(bytes: Buffer): IpPacket | undefined {
  if (bytes.length < 40) return undefined;
  const length = bytes.readUInt16BE(4);
  if (40 + length > bytes.length) return undefined;
  return {
    version: 6,
    source: addressText(bytes.subarray(8, 24)),
    destination: addressText(bytes.subarray(24, 40)),
    protocol: bytes[6] as number,
    hops: bytes[7] as number,
    payload: bytes.subarray(40, 40 + length),
  };
}

export function encodeIp(packet: IpPacket): Buffer {
  return Buffer.concat([
    packet.version === 4 ? ipv4Header(packet) : ipv6Header(packet),
    packet.payload,
  ]);
}

function ipv4Header({ source, destination, protocol, hops, payload }: IpPacket): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(20 + payload.length, 2);
  // Not to be fragmented.
  header.writeUInt16BE(0x4000, 6);
  header[8] = hops;
  header[9] = protocol;
  addressBytes(source).copy(header, 12);
  addressBytes(destination).copy(header, 16);
  header.writeUInt16BE(internetChecksum(header), 10);
  return header;
}

function ipv6Header({ source, destination, protocol, hops, payload }: IpPacket): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(payload.length, 4);
  header[6] = protocol;
  header[7] = hops;
  addressBytes(source).copy(header, 8);
  addressBytes(destination).copy(header, 24);
  return header;
}

/** What checksums of UDP and ICMPv6 cover beside the message itself. */
export function pseudoHeader(packet: Omit<IpPacket, 'payload' | 'hops'>, length: number): Buffer {
  const { version, source, destination, protocol } = packet;
  const addresses = [addressBytes(source), addressBytes(destination)];
  const rest = Buffer.alloc(version === 4 ? 4 : 8);
  if (version === 4) rest.writeUInt16BE(protocol, 0);
  else rest.writeUInt32BE(length, 0);
  if (version === 4) rest.writeUInt16BE(length, 2);
  else rest.writeUInt32BE(protocol, 4);
  return Buffer.concat([...addresses, rest]);
}
