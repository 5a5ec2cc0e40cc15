/**
 * Address resolution for IPv4 over Ethernet (RFC 826).
 */

import { type MacAddress, readMac, writeMac } from '../mac-address.js';
import { addressBytes, addressText } from './addresses.js';

export interface ArpMessage {
  readonly operation: 'request' | 'reply';
  readonly senderMac: MacAddress;
  readonly senderAddress: string;
  readonly targetMac: MacAddress;
  readonly targetAddress: string;
}

const messageBytes = 28;
/** Ethernet, IPv4, lengths 6 and 4. */
const kind = Buffer.from('000108000604', 'hex');

/** Undefined for anything but a request or reply of IPv4 over Ethernet. */
export function parseArp(bytes: Buffer): ArpMessage | undefined {
  if (bytes.length < messageBytes || !bytes.subarray(0, 6).equals(kind)) return undefined;
  const operation = bytes.readUInt16BE(6);
  if (operation !== 1 && operation !== 2) return undefined;
  return {
    operation: operation === 1 ? 'request' : 'reply',
    senderMac: readMac(bytes, 8),
    senderAddress: addressText(bytes.subarray(14, 18)),
    targetMac: readMac(bytes, 18),
    targetAddress: addressText(bytes.subarray(24, 28)),
  };
}

export function encodeArp(message: ArpMessage): Buffer {
  const bytes = Buffer.alloc(messageBytes);
  kind.copy(bytes);
  bytes.writeUInt16BE(message.operation === 'request' ? 1 : 2, 6);
  writeMac(bytes, message.senderMac, 8);
  addressBytes(message.senderAddress).copy(bytes, 14);
  writeMac(bytes, message.targetMac, 18);
  addressBytes(message.targetAddress).copy(bytes, 24);
  return bytes;
}
