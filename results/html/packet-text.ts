/**
 * Packets as lines of text: when, from where to where, what. Enough to see what a machine spoke with;
 * for more there is the file itself. Formats: RFC 791, 826, 903, 8200, 9293, 768.
 */

import type { CapturePart } from './read-capture.js';
import type { Packet } from './read-packets.js';

/** One line for each packet, with the time since the first, and one that says how much is left out. */
export function packetText({ first, last, leftOutBytes }: CapturePart): string {
  const startMs = first[0]?.atMs ?? 0;
  const notice = leftOutBytes === 0 ? [] : [leftOutText(leftOutBytes, last.length > 0)];
  const lines = [...linesOf(first, startMs), ...notice, ...linesOf(last, startMs)];
  return lines.map((line) => `${line}\n`).join('');
}

function linesOf(packets: readonly Packet[], startMs: number): readonly string[] {
  return packets.map(({ atMs, frame, length }) => {
    const at = ((atMs - startMs) / 1000).toFixed(3).padStart(9);
    return `${at}  ${describeFrame(frame)}, ${length} bytes`;
  });
}

function leftOutText(bytes: number, isBetween: boolean): string {
  const size = `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const what = isBetween ? `${size} of packets between are` : `what came after, ${size}, is`;
  return `[… ${what} only in the run's directory …]`;
}

/** QEMU tells switches where a machine is when it goes on from a frozen state (its net/announce.c). */
export function isAnnouncement(frame: Buffer): boolean {
  return frame.length >= 14 && frame.readUInt16BE(12) === reverseArp;
}

const reverseArp = 0x8035;

/** From where to where, and what, in short. */
export function describeFrame(frame: Buffer): string {
  try {
    const type = frame.readUInt16BE(12);
    if (type === 0x0800) return describeIpv4(frame.subarray(14));
    if (type === 0x86dd) return describeIpv6(frame.subarray(14));
    if (type === 0x0806) return describeArp(frame.subarray(14));
    if (type === reverseArp) return 'RARP, a machine says where it is';
    return `Ethernet type 0x${type.toString(16).padStart(4, '0')}`;
  } catch {
    return 'a frame that is too short';
  }
}

function describeIpv4(packet: Buffer): string {
  const header = ((packet[0] ?? 0) & 0xf) * 4;
  const [from, to] = [ipv4(packet, 12), ipv4(packet, 16)];
  return describeTransport(packet[9] ?? 0, packet.subarray(header), from, to);
}

function describeIpv6(packet: Buffer): string {
  const [from, to] = [ipv6(packet, 8), ipv6(packet, 24)];
  return describeTransport(packet[6] ?? 0, packet.subarray(40), from, to);
}

function describeArp(packet: Buffer): string {
  const [who, whom] = [ipv4(packet, 14), ipv4(packet, 24)];
  return packet.readUInt16BE(6) === 1 ? `ARP who has ${whom}, asks ${who}` : `ARP ${who} is here`;
}

const names: Readonly<Record<number, string>> = { 1: 'ICMP', 2: 'IGMP', 58: 'ICMPv6' };
const flags = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];

function describeTransport(protocol: number, data: Buffer, from: string, to: string): string {
  if (protocol !== 6 && protocol !== 17) {
    return `${names[protocol] ?? `protocol ${protocol}`} ${from} > ${to}`;
  }
  const ports = [data.readUInt16BE(0), data.readUInt16BE(2)];
  const route = `${from}:${ports[0]} > ${to}:${ports[1]}`;
  if (protocol === 17) return `UDP ${route}`;
  const set = flags.filter((_, bit) => (data[13] ?? 0) & (1 << bit));
  return `TCP ${route} ${set.join(' ')}`;
}

function ipv4(packet: Buffer, at: number): string {
  return [...packet.subarray(at, at + 4)].join('.');
}

function ipv6(packet: Buffer, at: number): string {
  const groups = Array.from({ length: 8 }, (_, group) => packet.readUInt16BE(at + group * 2));
  const text = groups.map((group) => group.toString(16)).join(':');
  return `[${text.replace(/(^|:)(0(:|$)){2,}/, '::')}]`;
}
