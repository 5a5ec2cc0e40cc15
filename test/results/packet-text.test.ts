/**
 * Packet captures as text; what is no capture, or torn, does no harm.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { CaptureFile } from '../../platforms/network/capture-file.js';
import { packetText } from '../../results/html/packet-text.js';
import { readPackets } from '../../results/html/read-packets.js';
import { arpFrame, ethernet, pcapHead, pcapPacket } from './support/captures.js';

/** The text of a capture that is short enough to be shown whole; undefined if it is none. */
function textOf(capture: Buffer): string | undefined {
  const first = readPackets(capture);
  return first && packetText({ first, last: [], leftOutBytes: 0 });
}

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
  const ipv6 = Buffer.alloc(40);
  ipv6.set([58], 6);
  ipv6.set([0xfe, 0x80], 8);
  ipv6[23] = 1;
  ipv6.set([0xff, 0x02], 24);
  ipv6[39] = 2;
  const capture = Buffer.concat([
    pcapHead,
    pcapPacket(10, tcp(0x12)),
    pcapPacket(12, arpFrame()),
    pcapPacket(13, Buffer.concat([ethernet(0x86dd), ipv6])),
  ]);
  t.equal(
    textOf(capture),
    [
      '    0.000  TCP 10.0.2.2:40000 > 10.0.2.15:22 SYN ACK, 154 bytes',
      '    2.000  ARP who has 10.0.2.2, asks 10.0.2.15, 142 bytes',
      '    3.000  ICMPv6 [fe80::1] > [ff02::2], 154 bytes',
      '',
    ].join('\n'),
  );
});

t.test('what is torn, short or something else', async (t) => {
  const torn = Buffer.concat([
    pcapHead,
    pcapPacket(1, tcp(2)),
    pcapPacket(2, tcp(2)).subarray(0, 30),
  ]);
  t.equal(textOf(torn)?.split('\n').length, 2);
  t.match(textOf(Buffer.concat([pcapHead, pcapPacket(1, Buffer.alloc(3))])), /too short/);
  t.equal(textOf(Buffer.from('not a capture, but some text')), undefined);
  t.equal(textOf(Buffer.alloc(3)), undefined);
});

t.test('what the switch captures of a segment is read', async (t) => {
  const file = join(t.testdir(), 'lan.pcapng');
  const before = Date.now();
  const capture = new CaptureFile({ file, name: 'lan', limitBytes: 1e6 });
  capture.write(Buffer.concat([arpFrame(), Buffer.alloc(1000)]));
  capture.write(arpFrame());
  await capture.close();
  const bytes = await readFile(file);
  const packets = readPackets(bytes);
  t.match(packets, [{ length: 1042 }, { length: 42 }]);
  t.equal(packets?.[0]?.frame.length, 256);
  t.ok((packets?.[0]?.atMs ?? 0) >= before && (packets?.[1]?.atMs ?? 0) <= Date.now());
  t.match(textOf(bytes), /^ {4}0\.000 {2}ARP who has 10\.0\.2\.2, asks 10\.0\.2\.15, 1042 bytes\n/);
  // The last block holds counts; blocks end with their length.
  const packetsEnd = bytes.length - bytes.readUInt32LE(bytes.length - 4);
  t.equal(readPackets(bytes.subarray(0, packetsEnd))?.length, 2);
  for (let length = 0; length < packetsEnd; length += 7) {
    t.ok((readPackets(bytes.subarray(0, length))?.length ?? 0) < 2, `torn at ${length}`);
  }
});
