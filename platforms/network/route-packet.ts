/**
 * What a router changes in a packet that it passes on: one hop less to go.
 */

import { addressText } from './packets/addresses.js';
import { internetChecksum } from './packets/checksum.js';

/** A packet to be passed on, and between whom; or one that has no hop left. */
export interface RoutedPacket {
  readonly source: string;
  readonly destination: string;
  /** As it came, if it has expired. */
  readonly bytes: Buffer;
  readonly isExpired: boolean;
}

/**
 * A copy with one hop less; undefined for what is malformed. Fragments are whole. A header
 * that came with a wrong checksum is not to leave with a right one.
 */
export function routePacket(bytes: Buffer): RoutedPacket | undefined {
  const version = (bytes[0] ?? 0) >> 4;
  if (version === 4 && bytes.length >= 20) return routeIpv4(Buffer.from(bytes));
  if (version === 6 && bytes.length >= 40) return routeIpv6(Buffer.from(bytes));
  return undefined;
}

function routeIpv4(bytes: Buffer): RoutedPacket | undefined {
  const header = ((bytes[0] as number) & 15) * 4;
  const total = bytes.readUInt16BE(2);
  if (header < 20 || total < header || total > bytes.length) return undefined;
  if (internetChecksum(bytes.subarray(0, header)) !== 0) return undefined;
  const isExpired = (bytes[8] as number) <= 1;
  if (!isExpired) {
    bytes[8] = (bytes[8] as number) - 1;
    bytes.writeUInt16BE(0, 10);
    bytes.writeUInt16BE(internetChecksum(bytes.subarray(0, header)), 10);
  }
  const source = addressText(bytes.subarray(12, 16));
  const destination = addressText(bytes.subarray(16, 20));
  return { source, destination, bytes, isExpired };
}

function routeIpv6(bytes: Buffer): RoutedPacket | undefined {
  if (40 + bytes.readUInt16BE(4) > bytes.length) return undefined;
  const isExpired = (bytes[7] as number) <= 1;
  if (!isExpired) bytes[7] = (bytes[7] as number) - 1;
  const source = addressText(bytes.subarray(8, 24));
  const destination = addressText(bytes.subarray(24, 40));
  return { source, destination, bytes, isExpired };
}
