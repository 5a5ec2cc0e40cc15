/**
 * The switch's own station on a segment: it has the first address of each network, says where it is,
 * answers pings, and hands datagrams to its servers and everything else to the router.
 */

import { encodeFrame, etherTypes, type Frame, parseFrame } from './frame.js';
import { broadcastMac, type MacAddress } from './mac-address.js';
import { eui64Address } from './packets/addresses.js';
import { encodeArp, parseArp } from './packets/arp.js';
import {
  echoReply,
  neighbourAdvertisement,
  parseIcmp,
  routerAdvertisement,
} from './packets/icmp.js';
import { etherTypeOf, type IpPacket, parseIp, protocols } from './packets/ip.js';
import { type Datagram, encodeUdp, parseUdp } from './packets/udp.js';
import { domain, type SegmentPlan } from './plan-network.js';
import { remember } from './remember.js';
import type { Port } from './switch.js';
import { TcpEndpoint, type TcpEndpointOptions } from './tcp/tcp-endpoint.js';

/** What is said, and to whom if not to who asked. */
export interface DatagramAnswer {
  readonly data: Buffer;
  readonly destination?: string;
}

/** Answers a datagram; undefined where nothing is to be said. A promise never rejects. */
export type DatagramServer = (
  data: Buffer,
  from: IpPacket,
) => DatagramAnswer | undefined | Promise<DatagramAnswer | undefined>;

export interface SegmentHostOptions {
  readonly segment: SegmentPlan;
  /** By port. */
  readonly servers: Readonly<Record<number, DatagramServer>>;
  /** By TCP; also of what {@link isOutside} says. */
  readonly serverOf: TcpEndpointOptions['serverOf'];
  /** Further addresses of the switch. */
  readonly aliases: readonly string[];
  /** Whether an address is beyond all segments, and may be reached. */
  readonly isOutside: (address: string) => boolean;
  /** Whether there is anywhere to go from here. */
  readonly isRouter: boolean;
  /** Packets that came to the host's MAC and are for somebody else, and who sent them. */
  readonly onForeign: (packet: Buffer, sender: string) => void;
  /** Puts a frame on the segment, for the host itself or for who sent it elsewhere. */
  readonly transmit: (frame: Buffer, sender?: string) => void;
}

/** Addresses that are remembered; a guest that makes them up without end must not cost memory. */
export const mostNeighbours = 4096;
const routerSeconds = 1800;
const allNodesMac: MacAddress = '33:33:00:00:00:01';

export class SegmentHost implements Port {
  readonly name = 'host';
  readonly segment: SegmentPlan;
  readonly #options: SegmentHostOptions;
  readonly #linkLocal: string;
  readonly #tcp: TcpEndpoint;
  readonly #own: ReadonlySet<string>;
  /** Learned from what is said in address resolution. */
  readonly #neighbours = new Map<string, MacAddress>();

  constructor(options: SegmentHostOptions) {
    const { segment } = options;
    this.#options = options;
    this.segment = segment;
    this.#linkLocal = eui64Address('fe80::', segment.mac);
    const { aliases, serverOf } = options;
    const addresses = [segment.ipv4?.address, segment.ipv6?.address, this.#linkLocal, ...aliases];
    this.#tcp = new TcpEndpoint({
      mtu: segment.mtu,
      serverOf,
      send: (packet, destination) => this.send(packet, destination),
    });
    this.#own = new Set(addresses.filter((address) => address !== undefined));
  }

  /** Who has an address, if it was heard of. */
  neighbour(address: string): MacAddress | undefined {
    return this.#neighbours.get(address);
  }

  /** Sends a packet to a station of this segment; from `sender` if it is only passed on. */
  send(packet: Buffer, destination: MacAddress, sender?: string): void {
    const etherType = etherTypeOf({ version: (packet[0] as number) >> 4 === 4 ? 4 : 6 });
    const source = this.segment.mac;
    this.#options.transmit(
      encodeFrame({ destination, source, etherType, payload: packet }),
      sender,
    );
  }

  /** Tells all stations of the IPv6 network, if there is one. */
  advertise(): void {
    const { segment } = this;
    if (!segment.ipv6) return;
    const packet = routerAdvertisement({
      source: this.#linkLocal,
      mac: segment.mac,
      prefix: segment.ipv6.network,
      mtu: segment.mtu,
      dnsServer: segment.ipv6.address,
      domain,
      routerLifetime: this.#options.isRouter || segment.gateway ? routerSeconds : 0,
    });
    this.send(packet, allNodesMac);
  }

  /** Ends its connections. */
  close(): void {
    this.#tcp.close();
  }

  deliver(bytes: Buffer, sender: string): void {
    const frame = parseFrame(bytes);
    if (frame?.etherType === etherTypes.arp) this.#resolve(frame.payload);
    if (frame && isIp(frame)) this.#receive(frame, sender);
  }

  #receive({ payload, source, destination }: Frame, sender: string): void {
    const packet = parseIp(payload);
    if (packet && this.#isMine(packet)) this.#take(packet, source);
    else if (destination !== this.segment.mac) return;
    else if (packet && this.#options.isOutside(packet.destination))
      this.#tcp.receive(packet, source);
    else this.#options.onForeign(payload, sender);
  }

  #resolve(payload: Buffer): void {
    const message = parseArp(payload);
    if (!message) return;
    const { senderMac, senderAddress, targetAddress, operation } = message;
    this.#learn(senderAddress, senderMac);
    if (operation !== 'request' || !this.#own.has(targetAddress)) return;
    const { mac } = this.segment;
    const answer = encodeArp({
      operation: 'reply',
      senderMac: mac,
      senderAddress: targetAddress,
      targetMac: senderMac,
      targetAddress: senderAddress,
    });
    const etherType = etherTypes.arp;
    const frame = { destination: senderMac, source: mac, etherType, payload: answer };
    this.#options.transmit(encodeFrame(frame));
  }

  #learn(address: string, mac: MacAddress): void {
    remember(this.#neighbours, address, mac, mostNeighbours);
  }

  /** Addressed to the host, or to everybody. */
  #isMine({ destination }: IpPacket): boolean {
    return (
      this.#own.has(destination) ||
      destination === '255.255.255.255' ||
      destination.startsWith('ff')
    );
  }

  #take(packet: IpPacket, source: MacAddress): void {
    const datagram = parseUdp(packet);
    if (datagram) this.#serve(packet, datagram, source);
    else if (packet.protocol === protocols.tcp) this.#tcp.receive(packet, source);
    else this.#answerIcmp(packet, source);
  }

  #answerIcmp(packet: IpPacket, source: MacAddress): void {
    const request = parseIcmp(packet);
    if (request?.kind === 'router-solicitation') this.advertise();
    if (request?.kind === 'echo' && this.#own.has(packet.destination)) {
      this.send(echoReply(packet, packet.destination), source);
    }
    if (request?.kind !== 'neighbour-solicitation' || !this.#own.has(request.target)) return;
    this.#learn(packet.source, source);
    this.send(neighbourAdvertisement(request.target, packet.source, this.segment.mac), source);
  }

  #serve(packet: IpPacket, { data, sourcePort, destinationPort }: Datagram, mac: MacAddress): void {
    const answer = this.#options.servers[destinationPort]?.(data, packet);
    if (answer instanceof Promise) {
      void answer.then((late) =>
        this.#reply(packet, { data, sourcePort, destinationPort }, mac, late),
      );
    } else this.#reply(packet, { data, sourcePort, destinationPort }, mac, answer);
  }

  #reply(
    packet: IpPacket,
    { sourcePort, destinationPort }: Datagram,
    mac: MacAddress,
    answer: DatagramAnswer | undefined,
  ): void {
    if (!answer) return;
    const destination = answer.destination ?? packet.source;
    const source = this.#own.has(packet.destination)
      ? packet.destination
      : (this.segment.ipv4?.address ?? this.#linkLocal);
    const reply = { sourcePort: destinationPort, destinationPort: sourcePort, data: answer.data };
    const bytes = encodeUdp({ version: packet.version, source, destination }, reply);
    this.send(bytes, destination === '255.255.255.255' ? broadcastMac : mac);
  }
}

function isIp({ etherType }: Frame): boolean {
  return etherType === etherTypes.ipv4 || etherType === etherTypes.ipv6;
}
