/**
 * Datagrams (RFC 768) inside IP packets.
 */

import { internetChecksum } from './checksum.js';
import { encodeIp, type IpPacket, protocols, pseudoHeader } from './ip.js';

export interface Datagram {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly data: Buffer;
}

const headerBytes = 8;

/**
 * Undefined for what is malformed, or corrupt: a checksum that is there must be right, and over IPv6
 * there must be one (RFC 8200, 8.1).
 */
export function parseUdp(packet: IpPacket): Datagram | undefined {
  const { payload } = packet;
  if (packet.protocol !== protocols.udp || payload.length < headerBytes) return undefined;
  const length = payload.readUInt16BE(4);
  if (length < headerBytes || length > payload.length) return undefined;
  const message = payload.subarray(0, length);
  const checked = packet.version === 6 || message.readUInt16BE(6) !== 0;
  if (checked && internetChecksum(pseudoHeader(packet, length), message) !== 0) return undefined;
  return {
    sourcePort: message.readUInt16BE(0),
    destinationPort: message.readUInt16BE(2),
    data: message.subarray(headerBytes),
  };
}

/** The IP packet that carries a datagram. */
export function encodeUdp(
  addresses: Pick<IpPacket, 'version' | 'source' | 'destination'>,
  { sourcePort, destinationPort, data }: Datagram,
): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt16BE(sourcePort, 0);
  header.writeUInt16BE(destinationPort, 2);
  header.writeUInt16BE(headerBytes + data.length, 4);
  const message = Buffer.concat([header, data]);
  const protocol = protocols.udp;
  const sum = internetChecksum(pseudoHeader({ ...addresses, protocol }, message.length), message);
  // Zero would mean that there is none.
  message.writeUInt16BE(sum === 0 ? 0xffff : sum, 6);
  return encodeIp({ ...addresses, protocol, hops: 64, payload: message });
}
