/**
 * The switch's own station on a segment: it has the first address of each network, says where it is,
 * answers pings, and hands datagrams to its servers and everything else to the router.
 */

import { encodeFrame, etherTypes, type Frame, parseFrame } from './frame.js';
import { broadcastMac, type MacAddress } from './mac-address.js';
import type { Mail } from './neighbours.js';
import { eui64Address } from './packets/addresses.js';
import { echoReply, parseIcmp, routerAdvertisement } from './packets/icmp.js';
import { icmpError } from './packets/icmp-error.js';
import { etherTypeOf, type IpPacket, parseIp, protocols } from './packets/ip.js';
import { type Datagram, encodeUdp, parseUdp } from './packets/udp.js';
import { domain, type SegmentPlan } from './plan-network.js';
import { allNodesMac, Resolution } from './resolution.js';
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

const routerSeconds = 1800;

export class SegmentHost implements Port {
  readonly name = 'host';
  readonly segment: SegmentPlan;
  readonly #options: SegmentHostOptions;
  readonly #linkLocal: string;
  readonly #tcp: TcpEndpoint;
  readonly #own: ReadonlySet<string>;
  readonly #resolution: Resolution;

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
    this.#resolution = new Resolution({
      ...{ segment, linkLocal: this.#linkLocal, own: this.#own },
      transmit: (frame) => options.transmit(frame),
      send: (packet, mac, sender) => this.send(packet, mac, sender),
    });
  }

  /** Who has an address, if it was heard of. */
  neighbour(address: string): MacAddress | undefined {
    return this.#resolution.find(address);
  }

  /** To whoever of this segment has the address, see {@link Resolution.post}. */
  post(mail: Mail, planned?: MacAddress): boolean {
    return this.#resolution.post(mail, planned);
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
    if (frame?.etherType === etherTypes.arp) this.#resolution.hear(frame.payload);
    if (frame && isIp(frame)) this.#receive(frame, sender);
  }

  #receive(frame: Frame, sender: string): void {
    const { payload, source, destination } = frame;
    const packet = parseIp(payload);
    if (packet && this.#isMine(packet)) {
      this.#take(packet, frame);
      return;
    }
    if (destination !== this.segment.mac) return;
    // Who sends to elsewhere wants the answer, and may have an address that nobody planned.
    if (packet) this.#resolution.notice(packet.source, source);
    if (packet && this.#options.isOutside(packet.destination)) this.#tcp.receive(packet, source);
    else this.#options.onForeign(payload, sender);
  }

  /** Addressed to the host, or to everybody. */
  #isMine({ destination }: IpPacket): boolean {
    return (
      this.#own.has(destination) ||
      destination === '255.255.255.255' ||
      destination.startsWith('ff')
    );
  }

  #take(packet: IpPacket, frame: Frame): void {
    const datagram = parseUdp(packet);
    if (datagram) this.#serve(packet, datagram, frame);
    else if (packet.protocol === protocols.tcp) this.#tcp.receive(packet, frame.source);
    else this.#answerIcmp(packet, frame.source);
  }

  #answerIcmp(packet: IpPacket, source: MacAddress): void {
    const request = parseIcmp(packet);
    if (request?.kind === 'router-solicitation') this.advertise();
    if (request?.kind === 'echo' && this.#own.has(packet.destination)) {
      this.send(echoReply(packet, packet.destination), source);
    }
    if (request?.kind === 'neighbour-advertisement') {
      this.#resolution.notice(request.target, source);
    }
    if (request?.kind === 'neighbour-solicitation') {
      this.#resolution.answer(request.target, packet.source, source);
    }
  }

  #serve(packet: IpPacket, datagram: Datagram, { payload, source: mac }: Frame): void {
    const server = this.#options.servers[datagram.destinationPort];
    if (!server && this.#own.has(packet.destination)) {
      const said = icmpError(payload, packet.destination, { kind: 'no-port' });
      if (said) this.send(said, mac);
    }
    const answer = server?.(datagram.data, packet);
    if (answer instanceof Promise) {
      void answer.then((late) => this.#reply(packet, datagram, mac, late));
    } else this.#reply(packet, datagram, mac, answer);
  }

  #reply(
    packet: IpPacket,
    { sourcePort, destinationPort }: Datagram,
    mac: MacAddress,
    answer: DatagramAnswer | undefined,
  ): void {
    if (!answer) return;
    const destination = answer.destination ?? packet.source;
    const source = this.#own.has(packet.destination) ? packet.destination : this.#sourceFor(packet);
    const reply = { sourcePort: destinationPort, destinationPort: sourcePort, data: answer.data };
    const bytes = encodeUdp({ version: packet.version, source, destination }, reply);
    this.send(bytes, destination === '255.255.255.255' ? broadcastMac : mac);
  }

  /** For what was asked of everybody: an address of the question's version, and of its scope. */
  #sourceFor({ version, source }: IpPacket): string {
    const { ipv4, ipv6 } = this.segment;
    if (version === 4) return ipv4?.address ?? '0.0.0.0';
    return source.startsWith('fe80:') ? this.#linkLocal : (ipv6?.address ?? this.#linkLocal);
  }
}

function isIp({ etherType }: Frame): boolean {
  return etherType === etherTypes.ipv4 || etherType === etherTypes.ipv6;
}
