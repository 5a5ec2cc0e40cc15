/**
 * Packet captures as text; what is no capture, or torn, does no harm.
 */

import t from 'tap';
import { packetText } from '../../results/html/packet-text.js';

const head = Buffer.alloc(24);
head.writeUInt32LE(0xa1b2c3d4, 0);

function packet(seconds: number, frame: Buffer): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(seconds, 0);
  header.writeUInt32LE(500_000, 4);
  header.writeUInt32LE(frame.length, 8);
  header.writeUInt32LE(frame.length + 100, 12);
  return Buffer.concat([header, frame]);
}

const ethernet = (type: number) => Buffer.from([...Buffer.alloc(12), type >> 8, type & 0xff]);

function tcp(flags: number): Buffer {
  const ip = Buffer.alloc(20);
  ip.set([0x45], 0);
  ip.set([6], 9);
  ip.set([10, 0, 2, 2, 10, 0, 2, 15], 12);
  const segment = Buffer.alloc(20);
  segment.writeUInt16BE(40_000, 0);
  segment.writeUInt16BE(22, 2);
  segment[13] = flags;
  return Buffer.concat([ethernet(0x0800), ip, segment]);
}

t.test('TCP, ARP, ICMPv6', async (t) => {
  const arp = Buffer.alloc(28);
  arp.set([0, 1], 6);
  arp.set([10, 0, 2, 15], 14);
  arp.set([10, 0, 2, 2], 24);
  const ipv6 = Buffer.alloc(40);
  ipv6.set([58], 6);
  ipv6.set([0xfe, 0x80], 8);
  ipv6[23] = 1;
  ipv6.set([0xff, 0x02], 24);
  ipv6[39] = 2;
  const capture = Buffer.concat([
    head,
    packet(10, tcp(0x12)),
    packet(12, Buffer.concat([ethernet(0x0806), arp])),
    packet(13, Buffer.concat([ethernet(0x86dd), ipv6])),
  ]);
  t.equal(
    packetText(capture),
    [
      '    0.000  TCP 10.0.2.2:40000 > 10.0.2.15:22 SYN ACK, 154 bytes',
      '    2.000  ARP who has 10.0.2.2, asks 10.0.2.15, 142 bytes',
      '    3.000  ICMPv6 [fe80::1] > [ff02::2], 154 bytes',
      '',
    ].join('\n'),
  );
});

t.test('what is torn, short or something else', async (t) => {
  const torn = Buffer.concat([head, packet(1, tcp(2)), packet(2, tcp(2)).subarray(0, 30)]);
  t.equal(packetText(torn)?.split('\n').length, 2);
  t.match(packetText(Buffer.concat([head, packet(1, Buffer.alloc(3))])), /too short/);
  t.equal(packetText(Buffer.from('not a capture, but some text')), undefined);
  t.equal(packetText(Buffer.alloc(3)), undefined);
});
