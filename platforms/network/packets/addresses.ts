/**
 * IP addresses as text and as bytes.
 */

import ipaddr from 'ipaddr.js';

/** Four or sixteen bytes as text, IPv6 in its canonical form (RFC 5952). */
export function addressText(bytes: Buffer): string {
  const address = ipaddr.fromByteArray([...bytes]);
  return address.kind() === 'ipv6'
    ? (address as ipaddr.IPv6).toRFC5952String()
    : address.toString();
}

/** Throws Error for what is no address. */
export function addressBytes(text: string): Buffer {
  return Buffer.from(ipaddr.parse(text).toByteArray());
}

/** The address of a station in a prefix of 64 bits, from its MAC (RFC 4291, modified EUI-64). */
export function eui64Address(prefix: string, mac: string): string {
  const station = Buffer.from(mac.replaceAll(':', ''), 'hex');
  const bytes = addressBytes(prefix);
  station.copy(bytes, 8, 0, 3);
  bytes.writeUInt16BE(0xfffe, 11);
  station.copy(bytes, 13, 3);
  bytes[8] = (bytes[8] as number) ^ 2;
  return addressText(bytes);
}
