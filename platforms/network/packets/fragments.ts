/**
 * Packets larger than the next network takes: which they are, and the pieces that a router makes of those
 * that may be taken apart (RFC 791).
 */

import { internetChecksum } from './checksum.js';

/** The length by the packet's own header: a frame may be padded. */
export function packetLength(packet: Buffer): number {
  const isIpv4 = (packet[0] as number) >> 4 === 4;
  return isIpv4 ? packet.readUInt16BE(2) : 40 + packet.readUInt16BE(4);
}

/** Whether a router may take it apart: IPv4 without its flag against that. */
export function isDivisible(packet: Buffer): boolean {
  return (packet[0] as number) >> 4 === 4 && (packet.readUInt16BE(6) & 0x4000) === 0;
}

/** The pieces of an IPv4 packet, each no longer than `mtu`. Options go with the first only. */
export function fragments(packet: Buffer, mtu: number): readonly Buffer[] {
  const headerLength = ((packet[0] as number) & 15) * 4;
  const payload = packet.subarray(headerLength, packetLength(packet));
  const step = Math.floor((mtu - headerLength) / 8) * 8;
  const count = Math.ceil(payload.length / step);
  return Array.from({ length: count }, (_, n) => {
    const piece = payload.subarray(n * step, (n + 1) * step);
    return fragment(packet.subarray(0, headerLength), piece, n * step, n + 1 < count);
  });
}

function fragment(header: Buffer, piece: Buffer, offset: number, hasMore: boolean): Buffer {
  const own = Buffer.from(offset === 0 ? header : header.subarray(0, 20));
  if (offset > 0) own[0] = 0x45;
  const before = header.readUInt16BE(6);
  const more = hasMore ? 0x2000 : before & 0x2000;
  own.writeUInt16BE(own.length + piece.length, 2);
  own.writeUInt16BE(more | ((before & 0x1fff) + offset / 8), 6);
  own.writeUInt16BE(0, 10);
  own.writeUInt16BE(internetChecksum(own), 10);
  return Buffer.concat([own, piece]);
}
