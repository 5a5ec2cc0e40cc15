/**
 * What keeps a network bounded and honest: MTUs, tags that are passed on as they are, and a storm
 * of broadcasts on sixteen ports.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { poll } from '../../../harness/base/poll.js';
import { role, type Topology } from '../../../harness/model/topology.js';
import { broadcastMac } from '../../../platforms/network/mac-address.js';
import { mostUnreadBytes } from '../../../platforms/network/machine-port.js';
import { Network } from '../../../platforms/network/network.js';
import { internetChecksum } from '../../../platforms/network/packets/checksum.js';
import { encodeIp, parseIp } from '../../../platforms/network/packets/ip.js';
import { planNetwork } from '../../../platforms/network/plan-network.js';
import { LanStation } from '../../support/lan-station.js';

async function until(holds: () => boolean): Promise<void> {
  const signal = AbortSignal.timeout(60_000);
  await poll(async () => (holds() ? true : undefined), { signal, intervalMs: 10 });
}

async function open(t: Test, topology: Topology) {
  const plan = planNetwork(topology);
  const directory = await mkdtemp(join(tmpdir(), 'sy-'));
  t.teardown(async () => await rm(directory, { recursive: true, force: true }));
  const network = await Network.open({ plan, seed: 1, directory });
  t.teardown(() => network.close());
  const plug = plan.stations.map(({ mac }, n) => LanStation.plug(directory, n, mac));
  const stations = await Promise.all(plug);
  t.teardown(async () => await Promise.all(stations.map((one) => one[Symbol.asyncDispose]())));
  return { network, stations };
}

const twoSegments: Topology = {
  roles: {
    a: role({ segments: ['lan'] }),
    b: role({ segments: ['lan'] }),
    c: role({ segments: ['far'] }),
  },
  segments: {
    lan: { subnet: '10.80.0.0/24', subnet6: 'fd00:0:0:1::/64' },
    far: { subnet: '10.80.1.0/24', subnet6: 'fd00:0:0:2::/64', mtu: 1400 },
  },
};
const router = '52:54:00:00:ff:fe';
const ipv4 = { version: 4, source: '10.80.0.10', destination: '10.80.1.10' } as const;
const ipv6 = {
  version: 6,
  source: 'fd00::1:5054:ff:fe00:0',
  destination: 'fd00::2:5054:ff:fe01:0',
} as const;

/** Not to be taken apart. */
function packet(ends: typeof ipv4 | typeof ipv6, length: number): Buffer {
  const header = ends.version === 4 ? 20 : 40;
  const payload = Buffer.alloc(length - header, 'p');
  return encodeIp({ ...ends, protocol: 200, hops: 64, payload });
}

t.test('no frame has more in it than the MTU', async (t) => {
  const { network, stations } = await open(t, twoSegments);
  const [a, b] = stations as [LanStation, LanStation];
  a.send(b.mac, Buffer.alloc(1501));
  a.send(b.mac, Buffer.alloc(1500, 'x'));
  t.equal((await b.heard(({ etherType }) => etherType === 0x88b5)).payload.length, 1500);
  t.match(network.segmentCounters('lan'), { oversized: 1 });
});

t.test('tags are passed on as they are, and are no part of the MTU', async (t) => {
  const { network, stations } = await open(t, twoSegments);
  const [a, b] = stations as [LanStation, LanStation];
  for (const [type, tag] of [
    [0x8100, '0065 88b5'],
    [0x88a8, '0065 8100 2066 88b5'],
  ] as const) {
    const sent = Buffer.concat([
      Buffer.from(tag.replaceAll(' ', ''), 'hex'),
      Buffer.alloc(1500, 'v'),
    ]);
    a.send(b.mac, sent, type);
    const { payload } = await b.heard(({ etherType }) => etherType === type);
    t.strictSame(payload, sent);
  }
  t.match(network.segmentCounters('lan'), { oversized: 0 });
});

t.test('the router tells who sends more than the next segment takes', async (t) => {
  const { stations } = await open(t, twoSegments);
  const [a, , c] = stations as [LanStation, LanStation, LanStation];
  a.send(router, packet(ipv4, 1401), 0x0800);
  const told = parseIp((await a.heard(({ etherType }) => etherType === 0x0800)).payload);
  t.match(told, { source: '10.80.0.1', destination: ipv4.source, protocol: 1 });
  t.equal(told?.payload.toString('hex', 0, 2), '0304', 'fragmentation needed');
  t.equal(told?.payload.readUInt16BE(6), 1400);
  t.equal(told?.payload.readUInt16BE(10), 1401, 'the header of what was too large');
  a.send(router, packet(ipv6, 1401), 0x86dd);
  const told6 = parseIp((await a.heard(({ etherType }) => etherType === 0x86dd)).payload);
  t.match(told6, { destination: ipv6.source, protocol: 58 });
  t.equal(told6?.payload[0], 2, 'packet too big');
  t.equal(told6?.payload.readUInt32BE(4), 1400);
  a.send(router, packet(ipv4, 1400), 0x0800);
  a.send(router, packet(ipv6, 1400), 0x86dd);
  t.equal((await c.heard(({ etherType }) => etherType === 0x0800)).payload.length, 1400);
  t.equal((await c.heard(({ etherType }) => etherType === 0x86dd)).payload.length, 1400);
  t.equal(c.frames.length, 2, 'and nothing of what was too large');
});

t.test('what may be taken apart arrives in pieces', async (t) => {
  const { stations } = await open(t, twoSegments);
  const [a, , c] = stations as [LanStation, LanStation, LanStation];
  const whole = packet(ipv4, 1500);
  whole.fill(0, 6, 8);
  whole.fill(0, 10, 12);
  whole.writeUInt16BE(internetChecksum(whole.subarray(0, 20)), 10);
  a.send(router, whole, 0x0800);
  const isPiece = (flags: number) => (frame: { payload: Buffer }) =>
    frame.payload.readUInt16BE(6) === flags;
  const first = (await c.heard(isPiece(0x2000))).payload;
  const second = (await c.heard(isPiece(1376 / 8))).payload;
  t.equal(first.length, 1396);
  t.strictSame(Buffer.concat([first.subarray(20), second.subarray(20)]), whole.subarray(20));
});

t.test('sixteen ports in a storm of broadcasts', async (t) => {
  const { network, stations } = await open(t, {
    roles: { m: role({ count: 16, segments: ['lan'] }) },
    segments: { lan: {} },
  });
  const [storm, ...others] = stations as [LanStation, ...LanStation[]];
  const [reader, ...deaf] = others as [LanStation, ...LanStation[]];
  for (const station of deaf) station.stopReading();
  reader.keepOnly(({ etherType }) => etherType === 0x88b6);
  const before = process.memoryUsage().rss;
  const frames = 20_000;
  for (let n = 0; n < frames; n += 1) {
    storm.send(broadcastMac, Buffer.alloc(1500));
    // As a guest would: in pieces, not all of it in this process's own queue.
    if (n % 500 === 499)
      await until(() => (network.segmentCounters('lan')?.frames ?? 0) >= n - 500);
  }
  await until(() => (network.segmentCounters('lan')?.frames ?? 0) >= frames);
  const grown = process.memoryUsage().rss - before;
  // 30 MB for each of 14 deaf ports were sent; each may leave 1 MiB unread, and as much again is
  // in the kernel's buffers and the collector's hands.
  const bound = 14 * 2 * mostUnreadBytes + 100 * 2 ** 20;
  t.ok(grown < bound, `grew by ${Math.round(grown / 2 ** 20)} MiB`);
  for (let n = 2; n < 16; n += 1) {
    const { overflowed = 0, passed = 0 } = network.counters(n)?.in ?? {};
    t.ok(overflowed > frames / 2, `port ${n}: ${overflowed} dropped`);
    t.equal(overflowed + passed, frames, 'each is counted once');
  }
  storm.send(reader.mac, 'still there', 0x88b6);
  const { payload } = await reader.heard(({ etherType }) => etherType === 0x88b6);
  t.equal(payload.toString(), 'still there');
});
