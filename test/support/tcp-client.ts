/**
 * A TCP client on a station without a machine: makes one connection, says something, and reads until
 * the other end has said everything.
 */

import { etherTypes } from '../../platforms/network/frame.js';
import { parseIp } from '../../platforms/network/packets/ip.js';
import {
  encodeTcp,
  flags,
  parseTcp,
  type TcpSegment,
} from '../../platforms/network/tcp/tcp-segment.js';
import type { LanStation } from './lan-station.js';

export interface TcpCall {
  readonly source: string;
  readonly destination: string;
  /** Of the switch. */
  readonly mac: string;
  readonly port: number;
  readonly text: string;
  /** Segments that are not heard the first time they come: what a link loses. */
  readonly loses?: (n: number) => boolean;
}

/** A port of its own for each call: the one before may not be at its end yet. */
let lastPort = 40_000;

/** What was answered. Throws when the connection is refused, and when nothing comes for 2 s. */
export async function tcpCall(station: LanStation, call: TcpCall): Promise<Buffer> {
  const { source, destination, mac, port, text, loses = () => false } = call;
  const version = source.includes(':') ? 6 : 4;
  lastPort += 1;
  const ownPort = lastPort;
  let next = 0;
  let own = 1000;
  const send = (bits: number, data = Buffer.alloc(0)) => {
    const packet = encodeTcp(
      { version, source, destination },
      {
        sourcePort: ownPort,
        destinationPort: port,
        sequence: own,
        acknowledged: next,
        flags: bits,
        window: 20_000,
        ...(bits & flags.syn && { maxSegment: 1460 }),
        data,
      },
    );
    station.send(mac, packet, version === 4 ? etherTypes.ipv4 : etherTypes.ipv6);
  };
  let heard = 0;
  const segmentOf = (payload: Buffer): TcpSegment | undefined => {
    const packet = parseIp(payload);
    const segment = packet?.source === destination ? parseTcp(packet) : undefined;
    return segment?.destinationPort === ownPort ? segment : undefined;
  };
  const receive = async (): Promise<TcpSegment> => {
    for (;;) {
      const frame = await station.heard(({ payload }) => segmentOf(payload) !== undefined);
      station.frames.splice(station.frames.indexOf(frame), 1);
      const segment = segmentOf(frame.payload);
      heard += 1;
      if (segment && segment.flags & flags.rst) throw new Error('refused');
      if (segment && !loses(heard)) return segment;
    }
  };
  send(flags.syn);
  const first = await receive();
  next = first.sequence + 1;
  own += 1;
  send(flags.ack | flags.psh, Buffer.from(text));
  own += text.length;
  const parts: Buffer[] = [];
  for (;;) {
    const { sequence, data, flags: bits } = await receive();
    const isNext = sequence === next >>> 0;
    if (isNext) {
      parts.push(data);
      next = (next + data.length) >>> 0;
    }
    if (isNext && bits & flags.fin) break;
    if (data.length > 0) send(flags.ack);
  }
  next = (next + 1) >>> 0;
  send(flags.ack | flags.fin);
  return Buffer.concat(parts);
}
