/**
 * All TCP connections of one segment's host: which are let in, and whose each packet is.
 */

import type { Duplex } from 'node:stream';
import type { MacAddress } from '../mac-address.js';
import type { IpPacket } from '../packets/ip.js';
import { encodeTcp, flags, parseTcp, type TcpSegment } from './tcp-segment.js';
import { TcpStream } from './tcp-stream.js';

/** What a machine wants to reach. */
export interface TcpTarget {
  readonly address: string;
  readonly port: number;
  /** The machine's own address. */
  readonly from: string;
}

/** Takes a connection. */
export type TcpServer = (stream: Duplex, target: TcpTarget) => void;

export interface TcpEndpointOptions {
  /** The segment's MTU. */
  readonly mtu: number;
  /** Who serves a target; undefined where nobody does, which is told as a refusal. */
  readonly serverOf: (target: TcpTarget) => TcpServer | undefined;
  readonly send: (packet: Buffer, destination: MacAddress) => void;
}

/** A machine that opens connections without end must not cost memory. */
const mostConnections = 512;

export class TcpEndpoint {
  readonly #options: TcpEndpointOptions;
  readonly #streams = new Map<string, TcpStream>();

  constructor(options: TcpEndpointOptions) {
    this.#options = options;
  }

  /** Takes a packet; what is no TCP is left alone. */
  receive(packet: IpPacket, mac: MacAddress): void {
    const segment = parseTcp(packet);
    if (!segment) return;
    const key = `${packet.source} ${segment.sourcePort} ${packet.destination} ${segment.destinationPort}`;
    const known = this.#streams.get(key);
    if (known) known.receive(segment);
    else if ((segment.flags & (flags.syn | flags.ack | flags.rst)) === flags.syn) {
      this.#accept(packet, segment, mac, key);
    } else if (!(segment.flags & flags.rst)) this.#refuse(packet, segment, mac);
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.destroy();
  }

  #accept(packet: IpPacket, syn: TcpSegment, mac: MacAddress, key: string): void {
    const { source: from, destination: address, version } = packet;
    const target = { address, port: syn.destinationPort, from };
    const server = this.#streams.size < mostConnections && this.#options.serverOf(target);
    if (!server) {
      this.#refuse(packet, syn, mac);
      return;
    }
    const ends = { version, source: address, destination: from };
    const ports = { sourcePort: syn.destinationPort, destinationPort: syn.sourcePort };
    const stream = new TcpStream({
      syn,
      maxSegment: this.#options.mtu - (version === 4 ? 40 : 60),
      transmit: (segment) => this.#options.send(encodeTcp(ends, { ...ports, ...segment }), mac),
    });
    this.#streams.set(key, stream);
    stream.on('error', () => undefined);
    stream.once('close', () => this.#streams.delete(key));
    server(stream, target);
  }

  #refuse({ version, source, destination }: IpPacket, segment: TcpSegment, mac: MacAddress): void {
    const taken = segment.data.length + (segment.flags & flags.syn ? 1 : 0);
    const packet = encodeTcp(
      { version, source: destination, destination: source },
      {
        sourcePort: segment.destinationPort,
        destinationPort: segment.sourcePort,
        sequence: segment.flags & flags.ack ? segment.acknowledged : 0,
        acknowledged: (segment.sequence + taken) >>> 0,
        flags: flags.rst | flags.ack,
        window: 0,
        data: Buffer.alloc(0),
      },
    );
    this.#options.send(packet, mac);
  }
}
