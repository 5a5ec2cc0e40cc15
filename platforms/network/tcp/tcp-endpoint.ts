/**
 * All TCP connections of one segment's host: which are let in, and whose each packet is.
 */

import type { Duplex } from 'node:stream';
import type { MacAddress } from '../mac-address.js';
import type { IpPacket } from '../packets/ip.js';
import { encodeTcp, flags, parseTcp, type TcpSegment } from './tcp-segment.js';
import { TcpStream } from './tcp-stream.js';
import { hostClock, type TcpClock } from './tcp-timing.js';

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
  /** By default the host's. */
  readonly clock?: TcpClock;
}

interface Connection {
  readonly stream: TcpStream;
  /** The machine's address. */
  readonly from: string;
}

/** A machine that opens connections without end costs a bounded amount, and others nothing. */
export const mostOfOneAddress = 64;
/** That many for each of the sixteen machines that a segment may well have. */
export const mostConnections = 1024;
/** Longer than a peer is silent of which an answer is awaited: see `tcp-timing.ts`. */
export const idleMs = 10_000;

export class TcpEndpoint {
  readonly #options: TcpEndpointOptions;
  readonly #clock: TcpClock;
  readonly #connections = new Map<string, Connection>();

  constructor(options: TcpEndpointOptions) {
    this.#options = options;
    this.#clock = options.clock ?? hostClock;
  }

  /** Takes a packet; what is no TCP is left alone. */
  receive(packet: IpPacket, mac: MacAddress): void {
    const segment = parseTcp(packet);
    if (!segment) return;
    const key = `${packet.source} ${segment.sourcePort} ${packet.destination} ${segment.destinationPort}`;
    const known = this.#connections.get(key);
    if (known) known.stream.receive(segment);
    else if ((segment.flags & (flags.syn | flags.ack | flags.rst)) === flags.syn) {
      this.#accept(packet, segment, mac, key);
    } else if (!(segment.flags & flags.rst)) this.#refuse(packet, segment, mac);
  }

  close(): void {
    for (const { stream } of this.#connections.values()) stream.destroy();
  }

  #accept(packet: IpPacket, syn: TcpSegment, mac: MacAddress, key: string): void {
    const { source: from, destination: address, version } = packet;
    const target = { address, port: syn.destinationPort, from };
    const server = this.#options.serverOf(target);
    if (!server || !this.#makeRoom(from)) {
      this.#refuse(packet, syn, mac);
      return;
    }
    const ends = { version, source: address, destination: from };
    const ports = { sourcePort: syn.destinationPort, destinationPort: syn.sourcePort };
    const stream = new TcpStream({
      syn,
      maxSegment: this.#options.mtu - (version === 4 ? 40 : 60),
      transmit: (segment) => this.#options.send(encodeTcp(ends, { ...ports, ...segment }), mac),
      clock: this.#clock,
    });
    this.#connections.set(key, { stream, from });
    stream.on('error', () => undefined);
    stream.once('close', () => this.#forget(key, stream));
    server(stream, target);
  }

  /** The connection that is idle for longest goes where there are too many; false if none is idle. */
  #makeRoom(from: string): boolean {
    const all = [...this.#connections];
    const own = all.filter(([, one]) => one.from === from);
    const isFull = own.length >= mostOfOneAddress || all.length >= mostConnections;
    if (!isFull) return true;
    const among = own.length >= mostOfOneAddress ? own : all;
    const [key, { stream }] = among.reduce((a, b) => {
      return b[1].stream.heardMs < a[1].stream.heardMs ? b : a;
    });
    if (this.#clock.nowMs() - stream.heardMs < idleMs) return false;
    stream.destroy();
    this.#forget(key, stream);
    return true;
  }

  /** Streams say that they are closed when their place may have been taken already. */
  #forget(key: string, stream: TcpStream): void {
    if (this.#connections.get(key)?.stream === stream) this.#connections.delete(key);
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
