/**
 * Ethernet frames (IEEE 802.3, tags by 802.1Q), as far as a switch and the hosts on it read them.
 */

import { type MacAddress, readMac, writeMac } from './mac-address.js';

/** Types of what a frame carries (IANA, "IEEE 802 Numbers"). */
export const etherTypes = {
  ipv4: 0x0800,
  arp: 0x0806,
  vlan: 0x8100,
  ipv6: 0x86dd,
  serviceVlan: 0x88a8,
} as const;

/** Destination, source and type. */
export const headerBytes = 14;

/** A frame taken apart. `payload` is a view of the same bytes. */
export interface Frame {
  readonly destination: MacAddress;
  readonly source: MacAddress;
  readonly etherType: number;
  readonly payload: Buffer;
}

/** Undefined for what is too short to be a frame. A tag stays part of the payload. */
export function parseFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < headerBytes) return undefined;
  return {
    destination: readMac(bytes, 0),
    source: readMac(bytes, 6),
    etherType: bytes.readUInt16BE(12),
    payload: bytes.subarray(headerBytes),
  };
}

const tagBytes = 4;

/** What an MTU limits: everything behind the header and its tags, two at most. */
export function payloadLength(bytes: Buffer): number {
  let start = headerBytes;
  while (start <= headerBytes + tagBytes && isTag(bytes, start - 2)) start += tagBytes;
  return bytes.length - start;
}

function isTag(bytes: Buffer, at: number): boolean {
  if (bytes.length < at + 2 + tagBytes) return false;
  const type = bytes.readUInt16BE(at);
  return type === etherTypes.vlan || type === etherTypes.serviceVlan;
}

/** The bytes of a frame, without padding or checksum: virtual NICs need neither. */
export function encodeFrame({ destination, source, etherType, payload }: Frame): Buffer {
  const bytes = Buffer.allocUnsafe(headerBytes + payload.length);
  writeMac(bytes, destination, 0);
  writeMac(bytes, source, 6);
  bytes.writeUInt16BE(etherType, 12);
  payload.copy(bytes, headerBytes);
  return bytes;
}
