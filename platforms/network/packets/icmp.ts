/**
 * Echo of both IP versions, and the part of IPv6's neighbour discovery (RFC 4861, RFC 8106) that a
 * router needs: it answers who has its address, and advertises itself.
 */

import { type MacAddress, readMac, writeMac } from '../mac-address.js';
import { addressBytes, addressText } from './addresses.js';
import { internetChecksum } from './checksum.js';
import { encodeIp, type IpPacket, protocols, pseudoHeader } from './ip.js';

/** The types of messages (IANA). */
const types = {
  echo: 8,
  echoReply: 0,
  echo6: 128,
  echoReply6: 129,
  routerSolicitation: 133,
  routerAdvertisement: 134,
  neighbourSolicitation: 135,
  neighbourAdvertisement: 136,
} as const;

/** What was not forwarded has it still. */
const highestHops = 255;

export type IcmpRequest =
  | { readonly kind: 'echo' }
  | { readonly kind: 'router-solicitation' }
  | { readonly kind: 'neighbour-solicitation'; readonly target: string }
  /** Where somebody is; asks for nothing. */
  | { readonly kind: 'neighbour-advertisement'; readonly target: string };

/**
 * What a packet asks for; undefined when it asks for nothing that is answered here, or its checksum is
 * wrong: an answer would make what is spoiled right again.
 */
export function parseIcmp(packet: IpPacket): IcmpRequest | undefined {
  const { version, protocol, payload } = packet;
  if (payload.length < 8 || protocol !== (version === 4 ? protocols.icmp : protocols.icmpv6)) {
    return undefined;
  }
  const header = version === 4 ? [] : [pseudoHeader(packet, payload.length)];
  if (internetChecksum(...header, payload) !== 0) return undefined;
  return version === 4 ? parseIcmpv4(packet) : parseIcmpv6(packet);
}

function parseIcmpv4({ payload }: IpPacket): IcmpRequest | undefined {
  return payload[0] === types.echo ? { kind: 'echo' } : undefined;
}

/** Neighbour discovery with less than the highest hop limit is from elsewhere (RFC 4861, 6.1, 7.1). */
function parseIcmpv6({ payload, hops }: IpPacket): IcmpRequest | undefined {
  if (payload[0] === types.echo6) return { kind: 'echo' };
  if (hops !== highestHops) return undefined;
  if (payload[0] === types.routerSolicitation) return { kind: 'router-solicitation' };
  if (payload.length < 24) return undefined;
  const target = addressText(payload.subarray(8, 24));
  if (payload[0] === types.neighbourSolicitation) return { kind: 'neighbour-solicitation', target };
  if (payload[0] !== types.neighbourAdvertisement) return undefined;
  return { kind: 'neighbour-advertisement', target };
}

/** The answer to an echo that was sent to `address`. */
export function echoReply({ version, source, payload }: IpPacket, address: string): Buffer {
  const message = Buffer.from(payload);
  message[0] = version === 4 ? types.echoReply : types.echoReply6;
  const ends = { version, source: address, destination: source };
  if (version === 6) return encodeIcmpv6(ends, message);
  message.writeUInt16BE(0, 2);
  message.writeUInt16BE(internetChecksum(message), 2);
  return encodeIp({ ...ends, protocol: protocols.icmp, hops: 64, payload: message });
}

/** "The target is mine, and this is where I am", from a router, as an answer (flags R, S, O). */
export function neighbourAdvertisement(target: string, asker: string, mac: MacAddress): Buffer {
  // Who only looks whether the address is free has none itself: it is told among all (7.2.4).
  const isProbe = asker === '::';
  const destination = isProbe ? allNodes : asker;
  const message = Buffer.alloc(32);
  message[0] = types.neighbourAdvertisement;
  message[4] = isProbe ? 0xa0 : 0xe0;
  addressBytes(target).copy(message, 8);
  // Target link-layer address, one unit of eight bytes.
  message[24] = 2;
  message[25] = 1;
  writeMac(message, mac, 26);
  return encodeIcmpv6({ version: 6, source: target, destination }, message);
}

/** "Who has the target?", to the few that may (RFC 4291, 2.7.1), and the MAC of their group. */
export function neighbourSolicitation(
  target: string,
  source: string,
  mac: MacAddress,
): { readonly packet: Buffer; readonly destination: MacAddress } {
  const address = addressBytes(target);
  const message = Buffer.alloc(32);
  message[0] = types.neighbourSolicitation;
  address.copy(message, 8);
  linkAddressOption(mac).copy(message, 24);
  const group = addressBytes('ff02::1:ff00:0');
  address.copy(group, 13, 13);
  const ends = { version: 6, source, destination: addressText(group) } as const;
  // RFC 2464, section 7.
  const groupMac = Buffer.concat([Buffer.from([0x33, 0x33]), group.subarray(12)]);
  return { packet: encodeIcmpv6(ends, message), destination: readMac(groupMac, 0) };
}

/** What a router tells its segment. Lifetimes are in seconds. */
export interface Advertisement {
  /** The router's link-local address. */
  readonly source: string;
  readonly mac: MacAddress;
  /** The network of 64 bits from which stations make their addresses. */
  readonly prefix: string;
  readonly mtu: number;
  readonly dnsServer: string;
  readonly domain: string;
  /** 0 for one that leads nowhere. */
  readonly routerLifetime: number;
}

const advertisedSeconds = 86_400;
const allNodes = 'ff02::1';

/** The packet to all stations. */
export function routerAdvertisement(what: Advertisement): Buffer {
  const head = Buffer.alloc(16);
  head[0] = types.routerAdvertisement;
  head[4] = 64;
  head.writeUInt16BE(what.routerLifetime, 6);
  const message = Buffer.concat([
    head,
    linkAddressOption(what.mac),
    mtuOption(what.mtu),
    prefixOption(what.prefix),
    dnsServerOption(what.dnsServer),
    searchOption(what.domain),
  ]);
  return encodeIcmpv6({ version: 6, source: what.source, destination: allNodes }, message);
}

function linkAddressOption(mac: MacAddress): Buffer {
  const option = Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]);
  writeMac(option, mac, 2);
  return option;
}

function mtuOption(mtu: number): Buffer {
  const option = Buffer.from([5, 1, 0, 0, 0, 0, 0, 0]);
  option.writeUInt32BE(mtu, 4);
  return option;
}

/** On this link, and good for addresses (flags L and A). */
function prefixOption(prefix: string): Buffer {
  const option = Buffer.alloc(32);
  option[0] = 3;
  option[1] = 4;
  option[2] = 64;
  option[3] = 0xc0;
  option.writeUInt32BE(advertisedSeconds, 4);
  option.writeUInt32BE(advertisedSeconds, 8);
  addressBytes(prefix).copy(option, 16);
  return option;
}

function dnsServerOption(server: string): Buffer {
  const option = Buffer.alloc(24);
  option[0] = 25;
  option[1] = 3;
  option.writeUInt32BE(advertisedSeconds, 4);
  addressBytes(server).copy(option, 8);
  return option;
}

function searchOption(domain: string): Buffer {
  const labels = domain.split('.').map((label) => [label.length, ...Buffer.from(label)]);
  const name = Buffer.from([...labels.flat(), 0]);
  const units = Math.ceil((8 + name.length) / 8);
  const option = Buffer.alloc(units * 8);
  option[0] = 31;
  option[1] = units;
  option.writeUInt32BE(advertisedSeconds, 4);
  name.copy(option, 8);
  return option;
}

/** Neighbour discovery is believed only with the highest hop limit: it was not forwarded. */
export function encodeIcmpv6(
  ends: Pick<IpPacket, 'version' | 'source' | 'destination'>,
  message: Buffer,
): Buffer {
  const protocol = protocols.icmpv6;
  message.writeUInt16BE(0, 2);
  const header = pseudoHeader({ ...ends, protocol }, message.length);
  message.writeUInt16BE(internetChecksum(header, message), 2);
  return encodeIp({ ...ends, protocol, hops: highestHops, payload: message });
}
