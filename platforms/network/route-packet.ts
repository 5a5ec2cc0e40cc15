/**
 * What a router changes in a packet that it passes on: one hop less to go.
 */

import { addressText } from './packets/addresses.js';
import { internetChecksum } from './packets/checksum.js';

/** A packet to be passed on, and between whom. */
export interface RoutedPacket {
  readonly source: string;
  readonly destination: string;
  readonly bytes: Buffer;
}

/** A copy with one hop less; undefined for what is malformed or at its end. Fragments are whole. */
export function routePacket(bytes: Buffer): RoutedPacket | undefined {
  const version = (bytes[0] ?? 0) >> 4;
  if (version === 4 && bytes.length >= 20) return routeIpv4(Buffer.from(bytes));
  if (version === 6 && bytes.length >= 40) return routeIpv6(Buffer.from(bytes));
  return undefined;
}

function routeIpv4(bytes: Buffer): RoutedPacket | undefined {
  const header = ((bytes[0] as number) & 15) * 4;
  const hops = (bytes[8] as number) - 1;
  if (header < 20 || header > bytes.length || hops < 1) return undefined;
  bytes[8] = hops;
  bytes.writeUInt16BE(0, 10);
  bytes.writeUInt16BE(internetChecksum(bytes.subarray(0, header)), 10);
  const [source, destination] = [bytes.subarray(12, 16), bytes.subarray(16, 20)];
  return { source: addressText(source), destination: addressText(destination), bytes };
}

function routeIpv6(bytes: Buffer): RoutedPacket | undefined {
  const hops = (bytes[7] as number) - 1;
  if (hops < 1) return undefined;
  bytes[7] = hops;
  const [source, destination] = [bytes.subarray(8, 24), bytes.subarray(24, 40)];
  return { source: addressText(source), destination: addressText(destination), bytes };
}
