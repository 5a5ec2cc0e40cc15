/**
 * Captures that are too long to be read whole: their end is found again in the middle of the bytes.
 */

import { randomFillSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { CaptureFile } from '../../platforms/network/capture-file.js';
import { embedFile } from '../../results/html/embed-file.js';
import { logEvents } from '../../results/html/log-events.js';
import { packetText } from '../../results/html/packet-text.js';
import { readCapture } from '../../results/html/read-capture.js';
import { arpFrame, pcapHead, pcapPacket } from './support/captures.js';

/** Frames of many lengths, with bytes that are no header by chance. */
function frame(at: number): Buffer {
  return Buffer.concat([arpFrame(), randomFillSync(Buffer.alloc((at * 37) % 200))]);
}

/** A packet every ten milliseconds from the second 1000 on. */
function longPcap(count: number): Buffer {
  const packets = Array.from({ length: count }, (_, at) =>
    pcapPacket(1000 + Math.floor(at / 100), frame(at), (at % 100) * 10_000),
  );
  return Buffer.concat([pcapHead, ...packets]);
}

const limits = { headBytes: 4_000, tailBytes: 8_000 };

t.test('the end of a long pcap, wherever the cut falls', async (t) => {
  const file = join(t.testdir(), 'nic0.pcap');
  const capture = longPcap(1000);
  await writeFile(file, capture);
  for (let more = 0; more < 120; more += 7) {
    const part = readCapture(file, { ...limits, tailBytes: limits.tailBytes + more });
    const last = part?.last ?? [];
    t.equal(last.at(-1)?.atMs, 1_009_990, `a tail of ${more} bytes more`);
    t.ok(last.length > 30, 'little of it is lost');
    t.same(
      new Set(last.map((one, at) => one.atMs - (last[at - 1]?.atMs ?? one.atMs - 10))),
      new Set([10]),
    );
  }
  const part = readCapture(file, limits);
  t.ok(
    part &&
      part.leftOutBytes > capture.length - 12_600 &&
      part.leftOutBytes < capture.length - 11_000,
  );
  t.match(
    packetText(part ?? { first: [], last: [], leftOutBytes: 0 }),
    /^ {4}0\.000 {2}ARP[^[]+\n\[… 0\.1 MiB of packets between are only in the run's directory …\]\n[^[]+ {4}9\.990 {2}ARP/,
  );
  const whole = readCapture(file, { ...limits, tailBytes: capture.length });
  t.match(whole, { last: { length: 0 }, first: { length: 1000 }, leftOutBytes: 0 });
});

t.test('the end of what the switch captures', async (t) => {
  const file = join(t.testdir(), 'lan.pcapng');
  const capture = new CaptureFile({ file, name: 'lan', limitBytes: 1e7 });
  for (let at = 0; at < 1000; at += 1) capture.write(frame(at), at % 9 === 0 ? ['main-0'] : []);
  await capture.close();
  for (let more = 0; more < 60; more += 5) {
    const part = readCapture(file, { ...limits, tailBytes: limits.tailBytes + more });
    t.equal(part?.last.at(-1)?.length, frame(999).length);
    t.ok((part?.last.length ?? 0) > 25);
  }
});

t.test('of a segment the half before is in the report too', async (t) => {
  const root = t.testdir();
  const file = join(root, 'lan.pcapng');
  const capture = new CaptureFile({ file, name: 'lan', limitBytes: 20_000 });
  for (let at = 0; at < 100; at += 1) capture.write(frame(at));
  await capture.close();
  const embedded = embedFile(`${file}.before`, limits);
  const text = gunzipSync(Buffer.from(embedded?.base64 ?? '', 'base64')).toString();
  t.match(text, /^ {4}0\.\d+ {2}ARP who has/);
  const now = Date.now();
  const within = { startMs: now - 60_000, endMs: now + 60_000, standstills: new Map() };
  const request = { directory: root, ...within, most: 1000, mostBytes: 1e6 };
  const files = new Set(logEvents(request).map(({ text }) => text.split(':')[0]));
  t.same([...files], ['lan.pcapng', 'lan.pcapng.before']);
});

t.test(
  'an end in which there is no packet is left out, and what is no capture is none',
  async (t) => {
    const root = t.testdir();
    const file = join(root, 'nic0.pcap');
    await writeFile(file, Buffer.concat([longPcap(1000), randomFillSync(Buffer.alloc(9_000))]));
    const part = readCapture(file, limits);
    t.equal(part?.last.length, 0);
    t.match(
      packetText(part ?? { first: [], last: [], leftOutBytes: 0 }),
      /what came after, 0\.\d MiB, is only in[^\n]+\n$/,
    );
    await writeFile(file, Buffer.alloc(50_000, 'text'));
    t.equal(readCapture(file, limits), undefined);
  },
);

t.test('a report has both ends of a long capture, and tells what it has not', async (t) => {
  const root = t.testdir();
  const [short, long, broken] = ['short', 'long', 'broken'].map((name) =>
    join(root, `${name}.pcap`),
  );
  const capture = longPcap(60_000);
  t.ok(capture.length > 4 * 2 ** 20);
  await writeFile(short as string, longPcap(10));
  await writeFile(long as string, capture);
  await writeFile(broken as string, Buffer.concat([capture, Buffer.alloc(4 * 2 ** 20)]));
  const unread = { headBytes: 0, tailBytes: 0 };
  const leftOut = [short, long, broken].map((file) => embedFile(file as string, unread)?.leftOut);
  t.same(leftOut, ['nothing', 'middle', 'end']);
});
