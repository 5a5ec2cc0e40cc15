/**
 * DHCP for IPv4 (RFC 2131; options by RFC 2132, 3442 and 4833's registry): what a server reads and
 * writes.
 */

import { type MacAddress, readMac, writeMac } from '../mac-address.js';
import { addressBytes, addressText } from './addresses.js';

/** Message types (option 53). */
export const dhcpTypes = {
  discover: 1,
  offer: 2,
  request: 3,
  decline: 4,
  ack: 5,
  nak: 6,
  release: 7,
  inform: 8,
} as const;

export type DhcpType = keyof typeof dhcpTypes;

const optionCodes = {
  mask: 1,
  dnsServers: 6,
  hostName: 12,
  domainName: 15,
  interfaceMtu: 26,
  ntpServers: 42,
  requestedAddress: 50,
  leaseTime: 51,
  messageType: 53,
  serverIdentifier: 54,
  classlessRoutes: 121,
} as const;

/** A client's message. */
export interface DhcpRequest {
  readonly type: DhcpType;
  readonly transaction: Buffer;
  readonly flags: number;
  readonly mac: MacAddress;
  /** `0.0.0.0` unless the client has an address already. */
  readonly clientAddress: string;
  readonly requestedAddress: string | undefined;
  readonly server: string | undefined;
}

/** What a client is given. */
export interface DhcpLease {
  readonly address: string;
  readonly prefixLength: number;
  readonly leaseSeconds: number;
  readonly hostName: string;
  readonly domainName: string;
  readonly mtu: number;
  readonly dnsServer: string;
  readonly ntpServer: string;
  /** Networks behind the server; there is no way to anywhere else. */
  readonly routes: readonly { readonly network: string; readonly prefixLength: number }[];
}

const magicCookie = Buffer.from('63825363', 'hex');
const fixedBytes = 236;

/** Undefined for what is no request of an Ethernet client. */
export function parseDhcp(bytes: Buffer): DhcpRequest | undefined {
  const headBytes = fixedBytes + magicCookie.length;
  if (bytes.length < headBytes || bytes[0] !== 1 || bytes[1] !== 1) return undefined;
  if (!bytes.subarray(fixedBytes, headBytes).equals(magicCookie)) return undefined;
  const options = readOptions(bytes.subarray(headBytes));
  const number = options.get(optionCodes.messageType)?.[0];
  const type = Object.entries(dhcpTypes).find(([, value]) => value === number)?.[0];
  if (type === undefined) return undefined;
  return {
    type: type as DhcpType,
    transaction: bytes.subarray(4, 8),
    flags: bytes.readUInt16BE(10),
    mac: readMac(bytes, 28),
    clientAddress: addressText(bytes.subarray(12, 16)),
    requestedAddress: addressOption(options.get(optionCodes.requestedAddress)),
    server: addressOption(options.get(optionCodes.serverIdentifier)),
  };
}

function readOptions(bytes: Buffer): Map<number, Buffer> {
  const options = new Map<number, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    const code = bytes[at] as number;
    if (code === 255) break;
    if (code === 0) {
      at += 1;
      continue;
    }
    const length = bytes[at + 1] ?? 0;
    options.set(code, bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return options;
}

function addressOption(value: Buffer | undefined): string | undefined {
  return value?.length === 4 ? addressText(value) : undefined;
}

/** An answer of the server; without a lease it is a refusal. */
export function encodeDhcp(
  request: DhcpRequest,
  server: string,
  answer: { readonly type: 'offer' | 'ack'; readonly lease: DhcpLease } | { readonly type: 'nak' },
): Buffer {
  const head = Buffer.alloc(fixedBytes);
  head[0] = 2;
  head[1] = 1;
  head[2] = 6;
  request.transaction.copy(head, 4);
  head.writeUInt16BE(request.flags, 10);
  // Who only informs itself has an address of its own.
  const isGiven = answer.type !== 'nak' && request.type !== 'inform';
  if (isGiven) addressBytes(answer.lease.address).copy(head, 16);
  writeMac(head, request.mac, 28);
  const options = [
    option(optionCodes.messageType, Buffer.from([dhcpTypes[answer.type]])),
    option(optionCodes.serverIdentifier, addressBytes(server)),
    // Nor is there a time after which it would lose that (RFC 2131, 4.3.5).
    ...(isGiven ? [option(optionCodes.leaseTime, uint32(answer.lease.leaseSeconds))] : []),
    ...(answer.type === 'nak' ? [] : leaseOptions(answer.lease, server)),
    Buffer.from([255]),
  ];
  return Buffer.concat([head, magicCookie, ...options]);
}

function leaseOptions(lease: DhcpLease, server: string): Buffer[] {
  const routes = lease.routes.map((route) => classlessRoute(route, server));
  return [
    option(optionCodes.mask, uint32(maskOf(lease.prefixLength))),
    option(optionCodes.dnsServers, addressBytes(lease.dnsServer)),
    option(optionCodes.ntpServers, addressBytes(lease.ntpServer)),
    option(optionCodes.hostName, Buffer.from(lease.hostName)),
    option(optionCodes.domainName, Buffer.from(lease.domainName)),
    option(optionCodes.interfaceMtu, uint32(lease.mtu).subarray(2)),
    ...(routes.length > 0 ? [option(optionCodes.classlessRoutes, Buffer.concat(routes))] : []),
  ];
}

/** Only the bytes of the network that its length covers (RFC 3442). */
function classlessRoute(
  { network, prefixLength }: DhcpLease['routes'][number],
  router: string,
): Buffer {
  const significant = addressBytes(network).subarray(0, Math.ceil(prefixLength / 8));
  return Buffer.concat([Buffer.from([prefixLength]), significant, addressBytes(router)]);
}

function option(code: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([code, value.length]), value]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function maskOf(prefixLength: number): number {
  return prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0;
}
