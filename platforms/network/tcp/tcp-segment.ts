/**
 * Segments of TCP (RFC 9293) inside IP packets.
 */

import { internetChecksum } from '../packets/checksum.js';
import { encodeIp, type IpPacket, protocols, pseudoHeader } from '../packets/ip.js';

/** Bits of the header. */
export const flags = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

export interface TcpSegment {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledged: number;
  readonly flags: number;
  readonly window: number;
  /** What the sender takes in one segment; only with `syn`. */
  readonly maxSegment?: number;
  readonly data: Buffer;
}

const headerBytes = 20;
const maxSegmentOption = 2;

/** Undefined for what is malformed or corrupt. */
export function parseTcp(packet: IpPacket): TcpSegment | undefined {
  const { payload: bytes, protocol } = packet;
  if (protocol !== protocols.tcp || bytes.length < headerBytes) return undefined;
  const start = ((bytes[12] as number) >> 4) * 4;
  if (start < headerBytes || start > bytes.length) return undefined;
  if (internetChecksum(pseudoHeader(packet, bytes.length), bytes) !== 0) return undefined;
  const maxSegment = readMaxSegment(bytes.subarray(headerBytes, start));
  return {
    sourcePort: bytes.readUInt16BE(0),
    destinationPort: bytes.readUInt16BE(2),
    sequence: bytes.readUInt32BE(4),
    acknowledged: bytes.readUInt32BE(8),
    flags: bytes[13] as number,
    window: bytes.readUInt16BE(14),
    ...(maxSegment !== undefined && { maxSegment }),
    data: bytes.subarray(start),
  };
}

function readMaxSegment(options: Buffer): number | undefined {
  for (let at = 0; at < options.length; ) {
    const kind = options[at];
    if (kind === 0) return undefined;
    if (kind === maxSegmentOption && at + 4 <= options.length) return options.readUInt16BE(at + 2);
    at += kind === 1 ? 1 : Math.max(options[at + 1] ?? 2, 2);
  }
  return undefined;
}

/** The IP packet that carries a segment. */
export function encodeTcp(
  ends: Pick<IpPacket, 'version' | 'source' | 'destination'>,
  segment: TcpSegment,
): Buffer {
  const { maxSegment, data } = segment;
  const header = Buffer.alloc(maxSegment === undefined ? headerBytes : headerBytes + 4);
  header.writeUInt16BE(segment.sourcePort, 0);
  header.writeUInt16BE(segment.destinationPort, 2);
  header.writeUInt32BE(segment.sequence, 4);
  header.writeUInt32BE(segment.acknowledged, 8);
  header[12] = (header.length / 4) << 4;
  header[13] = segment.flags;
  header.writeUInt16BE(segment.window, 14);
  if (maxSegment !== undefined)
    header.set([maxSegmentOption, 4, maxSegment >> 8, maxSegment & 255], 20);
  const payload = Buffer.concat([header, data]);
  const protocol = protocols.tcp;
  const sum = internetChecksum(pseudoHeader({ ...ends, protocol }, payload.length), payload);
  payload.writeUInt16BE(sum, 16);
  return encodeIp({ ...ends, protocol, hops: 64, payload });
}
