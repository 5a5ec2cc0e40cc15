/**
 * A connection whose peer has no room, is idle, or is gone, for minutes of simulated time.
 */

import t from 'tap';
import { flags } from '../../../../platforms/network/tcp/tcp-segment.js';
import { keepAliveMs, patienceMs } from '../../../../platforms/network/tcp/tcp-sender.js';
import { SimulatedTime } from '../../../support/simulated-time.js';
import { TcpPeer, type TcpPeerOptions } from '../../../support/tcp-peer.js';

const minuteMs = 60_000;

async function connect(options: Omit<TcpPeerOptions, 'time'> = {}) {
  const time = new SimulatedTime();
  const peer = new TcpPeer({ time, ...options });
  await time.pass(100);
  return { time, peer };
}

t.test('who blocks for an hour gets the rest afterwards', async (t) => {
  const { time, peer } = await connect();
  peer.window = 0;
  peer.say(0);
  await time.pass(100);
  peer.stream.end(Buffer.alloc(5000, 'x'));
  await time.pass(60 * minuteMs);
  t.equal(peer.received.length, 0);
  t.notOk(peer.stream.destroyed, 'who answers is there');
  t.ok(peer.sent.length < 600, `asked ${peer.sent.length} times`);
  peer.window = 0xffff;
  await time.pass(10_000, () => peer.hasEnded);
  t.equal(peer.received.length, 5000);
  t.ok(peer.hasEnded);
  peer.stream.destroy();
});

t.test('a machine that is paused for ten minutes goes on', async (t) => {
  const { time, peer } = await connect();
  peer.isThere = false;
  peer.stream.end(Buffer.alloc(5000, 'x'));
  await time.pass(10 * minuteMs);
  t.notOk(peer.stream.destroyed);
  peer.isThere = true;
  await time.pass(10_000, () => peer.hasEnded);
  t.equal(peer.received.length, 5000);
  peer.stream.destroy();
});

t.test('a machine that is gone is given up', async (t) => {
  const { time, peer } = await connect();
  peer.isThere = false;
  peer.stream.write('x');
  await time.pass(patienceMs - minuteMs);
  t.notOk(peer.stream.destroyed);
  await time.pass(2 * minuteMs);
  t.ok(peer.stream.destroyed);
  const before = peer.sent.length;
  await time.pass(60 * minuteMs);
  t.equal(peer.sent.length, before, 'and nothing is sent any more');
});

t.test('a handshake that nobody ends is given up sooner', async (t) => {
  const time = new SimulatedTime();
  const peer = new TcpPeer({ time });
  peer.isThere = false;
  await time.pass(2 * minuteMs);
  t.ok(peer.stream.destroyed);
  t.ok(peer.sent.every((one) => one.flags & (flags.syn | flags.rst)));
});

t.test('an idle peer is asked whether it is there, and is kept while it is', async (t) => {
  const { time, peer } = await connect();
  const before = peer.sent.length;
  await time.pass(60 * minuteMs);
  t.notOk(peer.stream.destroyed);
  const asked = peer.sent.length - before;
  t.ok(asked > 50 && asked <= 60, `${asked} times in an hour`);
  peer.isThere = false;
  await time.pass(patienceMs + keepAliveMs + minuteMs);
  t.ok(peer.stream.destroyed);
});

t.test('what a peer asks to stay in touch is answered', async (t) => {
  const { time, peer } = await connect();
  const before = peer.sent.length;
  peer.say(0, Buffer.alloc(0), 0);
  await time.pass(100);
  t.equal(peer.sent.length, before + 1);
  t.match(peer.sent.at(-1), { flags: flags.ack, window: 0xffff });
  peer.say(0);
  await time.pass(100);
  t.equal(peer.sent.length, before + 1, 'and nothing else that says nothing');
  peer.stream.destroy();
});

/** What fills the stream, in segments. */
async function fill(time: SimulatedTime, peer: TcpPeer): Promise<number> {
  let at = 1;
  while (peer.sent.at(-1)?.window !== 0) {
    const room = peer.sent.at(-1)?.window ?? 0;
    const length = Math.min(1460, room);
    peer.say(flags.psh, Buffer.alloc(length, 'x'), at);
    at += length;
    await time.pass(10);
  }
  return at - 1;
}

t.test('a reader that pauses and goes on is sent more', async (t) => {
  for (const how of ['as it flows', 'at once'] as const) {
    const { time, peer } = await connect();
    const length = await fill(time, peer);
    t.equal(length, 0xffff);
    peer.say(0, Buffer.alloc(0), length);
    await time.pass(100);
    t.equal(peer.sent.at(-1)?.window, 0, 'a probe is told that there is no room');
    if (how === 'at once') t.equal((peer.stream.read() as Buffer).length, length);
    else peer.stream.resume();
    await time.pass(100);
    t.ok((peer.sent.at(-1)?.window ?? 0) > 0x7fff, `told without a probe, read ${how}`);
    peer.stream.destroy();
  }
});

t.test('a size of segments that leads nowhere', async (t) => {
  for (const maxSegment of [0, 1, 63]) {
    const { time, peer } = await connect({ syn: { maxSegment } });
    peer.stream.end(Buffer.alloc(10_000, 'x'));
    await time.pass(10_000, () => peer.hasEnded);
    t.equal(peer.received.length, 10_000);
    t.ok(peer.dataSegments.length <= 157, `${peer.dataSegments.length} segments`);
    peer.stream.destroy();
  }
  const { time, peer } = await connect({ maxSegment: -12 });
  peer.stream.end(Buffer.alloc(10_000, 'x'));
  await time.pass(10_000, () => peer.hasEnded);
  t.equal(peer.received.length, 10_000, 'nor does an MTU');
  peer.stream.destroy();
});

t.test('a machine that starts anew in the midst of a connection is told', async (t) => {
  const { time, peer } = await connect();
  const before = peer.sent.length;
  peer.say(flags.syn, Buffer.alloc(0), 7777);
  await time.pass(100);
  t.equal(peer.sent.length, before + 1);
  t.match(peer.sent.at(-1), { flags: flags.ack });
  t.notOk(peer.stream.destroyed, 'until the machine says that it knows of none');
  peer.say(flags.rst);
  await time.pass(100);
  t.ok(peer.stream.destroyed);
});
