/**
 * A connection over a link that loses, doubles and overtakes: all arrives once and in order, and what
 * is sent again is little more than what was lost.
 */

import fc from 'fast-check';
import t from 'tap';
import { seededRandom } from '../../../../harness/model/seeded-random.js';
import { SimulatedTime } from '../../../support/simulated-time.js';
import { TcpPeer, type TcpPeerOptions } from '../../../support/tcp-peer.js';

const maxSegment = 1460;
const minuteMs = 60_000;

function bytes(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, n) => (n * 31 + (n >> 8)) % 251));
}

/** Written in pieces of 64 KiB, as files are. */
async function download(data: Buffer, link: Omit<TcpPeerOptions, 'time'>) {
  const time = new SimulatedTime();
  const peer = new TcpPeer({ time, ...link });
  for (let at = 0; at < data.length; at += 65_536)
    peer.stream.write(data.subarray(at, at + 65_536));
  peer.stream.end();
  await time.pass(60 * minuteMs, () => peer.hasEnded || peer.isReset);
  const tookMs = time.nowMs();
  peer.stream.destroy();
  return { peer, tookMs, segments: peer.dataSegments.length };
}

const least = (data: Buffer) => Math.ceil(data.length / maxSegment);

t.test('without loss nothing is sent twice, however far away', async (t) => {
  const data = bytes(300_000);
  for (const delayMs of [0, 1, 100, 200, 400]) {
    const { peer, segments } = await download(data, { delayMs });
    t.ok(peer.received.equals(data), `all by ${delayMs} ms`);
    // Each piece of 64 KiB is a byte more than the window, and ends in a segment that is not full.
    t.ok(segments <= least(data) + 5, `${segments} segments by ${delayMs} ms`);
  }
});

t.test('further away than it waits at first', async (t) => {
  const data = bytes(300_000);
  const { peer, segments } = await download(data, { delayMs: 1500 });
  t.ok(peer.received.equals(data));
  // What was sent before the first round trip is known is repeated, and nothing after.
  t.ok(segments < least(data) * 1.2, `${segments} segments`);
});

t.test('one lost segment is one segment more', async (t) => {
  const data = bytes(60_000);
  // The handshake's answer and its answer come before.
  const { peer, segments, tookMs } = await download(data, { copies: (n) => (n === 5 ? 0 : 1) });
  t.ok(peer.received.equals(data));
  t.equal(segments, least(data) + 1);
  t.ok(tookMs < 100, `noticed by what came after it, in ${tookMs} ms`);
});

t.test('a window that is lost as a whole comes again', async (t) => {
  const data = bytes(60_000);
  const { peer, segments, tookMs } = await download(data, {
    copies: (n) => (n >= 2 && n < 2 + least(data) ? 0 : 1),
  });
  t.ok(peer.received.equals(data));
  t.ok(segments <= 2 * least(data) + 2, `${segments} segments`);
  t.ok(tookMs < 3000, `in ${tookMs} ms`);
});

t.test('any link at all', async (t) => {
  const link = fc.record({
    seed: fc.integer(),
    length: fc.integer({ min: 1, max: 400_000 }),
    delayMs: fc.integer({ min: 0, max: 400 }),
    loss: fc.double({ min: 0, max: 0.2, noNaN: true }),
    duplicate: fc.double({ min: 0, max: 0.1, noNaN: true }),
    reorder: fc.double({ min: 0, max: 0.1, noNaN: true }),
  });
  let worst = 0;
  const property = fc.asyncProperty(link, async (one) => {
    const data = bytes(one.length);
    const fates = seededRandom(one.seed);
    const order = seededRandom(one.seed + 1);
    const { peer, segments } = await download(data, {
      delayMs: one.delayMs,
      copies: () => (fates() < one.loss ? 0 : fates() < one.duplicate ? 2 : 1),
      lateMs: () => (order() < one.reorder ? 10 : 0),
    });
    const most = 10 + least(data) * (1.5 + 4 * one.loss);
    worst = Math.max(worst, segments / most);
    return peer.received.equals(data) && peer.hasEnded && segments <= most;
  });
  await fc.assert(property, { numRuns: 60, seed: 1 });
  t.comment(`the worst was ${worst.toFixed(2)} of what is allowed`);
});
