/**
 * What links do to frames when they are told to, and that it can be repeated.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { poll } from '../../../harness/base/poll.js';
import type { LinkFaults } from '../../../harness/model/network.js';
import { seededRandom } from '../../../harness/model/seeded-random.js';
import { checkFaults } from '../../../platforms/network/check-faults.js';
import {
  FaultPipe,
  mostHeldBytes,
  mostWaitingBytes,
} from '../../../platforms/network/fault-pipe.js';

function numbered(n: number, bytes = 60): Buffer {
  const frame = Buffer.alloc(bytes);
  frame.writeUInt32BE(n, 14);
  return frame;
}

function pipe(faults: LinkFaults, seed = 1) {
  const seen: { n: number; atMs: number; frame: Buffer }[] = [];
  const started = performance.now();
  const made = new FaultPipe(seededRandom(seed), (frame) => {
    seen.push({ n: frame.readUInt32BE(14), atMs: performance.now() - started, frame });
  });
  made.set(faults);
  return { pipe: made, seen, order: () => seen.map(({ n }) => n) };
}

function sendMany(faults: LinkFaults, seed: number): number[] {
  const { pipe: made, order } = pipe(faults, seed);
  for (let n = 0; n < 2000; n += 1) made.send(numbered(n));
  return order();
}

t.test('without faults a frame passes at once', async (t) => {
  const { pipe: made, order } = pipe({});
  made.send(numbered(1));
  t.strictSame(order(), [1]);
});

t.test('chance is near what was asked for, and the same for the same seed', async (t) => {
  const lossy = sendMany({ loss: 0.25 }, 42);
  t.ok(lossy.length > 1400 && lossy.length < 1600, `${lossy.length} of 2000 left`);
  t.strictSame(sendMany({ loss: 0.25 }, 42), lossy);
  t.notSame(sendMany({ loss: 0.25 }, 43), lossy);
  const doubled = sendMany({ duplicate: 0.5 }, 42);
  t.ok(doubled.length > 2900 && doubled.length < 3100, `${doubled.length} of 2000 arrived`);
});

t.test('a link that is down loses all, and counts', async (t) => {
  const { pipe: made, seen } = pipe({ down: true });
  made.send(numbered(1));
  t.strictSame(seen, []);
  t.strictSame(made.counters, { passed: 0, lost: 1, overflowed: 0 });
});

t.test('a corrupt frame has one wrong bit, not in its addresses', async (t) => {
  const { pipe: made, seen } = pipe({ corrupt: 1 });
  const sent = Buffer.alloc(100);
  made.send(sent);
  const [got] = seen;
  const wrong = [...(got?.frame ?? [])].flatMap((byte, at) => (byte === 0 ? [] : [{ byte, at }]));
  t.equal(wrong.length, 1);
  t.ok((wrong[0]?.at ?? 0) >= 14);
  t.equal(Math.log2(wrong[0]?.byte ?? 0) % 1, 0, 'a power of two');
  t.ok(
    sent.every((byte) => byte === 0),
    'the sender keeps its own',
  );
});

t.test('frames that are late stay in order, however late each is', async (t) => {
  const { pipe: made, seen, order } = pipe({ delayMs: 30, jitterMs: 20 });
  for (let n = 0; n < 20; n += 1) made.send(numbered(n));
  t.strictSame(order(), [], 'none yet');
  await sleep(100);
  t.strictSame(order(), [...Array(20).keys()]);
  t.ok((seen[0]?.atMs ?? 0) >= 9, 'not before the delay less the jitter');
});

t.test('a link that was late is not, once it is told so', async (t) => {
  const { pipe: made, order } = pipe({ delayMs: 200 });
  made.send(numbered(0));
  made.set({});
  made.send(numbered(1));
  await sleep(50);
  t.strictSame(order(), [1], 'what is on its way arrives as it was to');
  await sleep(250);
  t.strictSame(order(), [1, 0]);
});

t.test('frames that are to be overtaken come after those that followed', async (t) => {
  const { pipe: made, order } = pipe({ delayMs: 2, reorder: 0.3 }, 5);
  for (let n = 0; n < 30; n += 1) made.send(numbered(n));
  await sleep(60);
  t.notSame(order(), [...Array(30).keys()]);
  t.strictSame(
    [...order()].sort((a, b) => a - b),
    [...Array(30).keys()],
    'none is lost',
  );
});

t.test('a narrow link takes its time, and drops what it can not hold', async (t) => {
  const { pipe: made, seen } = pipe({ kbitPerSecond: 8000 });
  // A thousand bytes a millisecond.
  for (let n = 0; n < 50; n += 1) made.send(numbered(n, 1000));
  await sleep(90);
  t.equal(seen.length, 50);
  const tookMs = seen.at(-1)?.atMs ?? 0;
  t.ok(tookMs >= 45 && tookMs < 90, `${tookMs} ms`);
  for (let n = 0; n < 300; n += 1) made.send(numbered(n, 1000));
  const { overflowed } = made.counters;
  const most = 300 - Math.floor(mostWaitingBytes / 1000);
  // The line goes on while they are offered.
  t.ok(overflowed > most - 30 && overflowed <= most, `${overflowed} dropped`);
  made.close();
});

t.test('what a narrow link drops takes no time of it', async (t) => {
  const { pipe: made, seen } = pipe({ kbitPerSecond: 8000 });
  const signal = AbortSignal.timeout(3_000);
  const arrived = async (count: number) =>
    await poll(async () => (seen.length >= count ? true : undefined), { signal, intervalMs: 5 });
  // Ten seconds of the line, of which a quarter of one is let in.
  for (let n = 0; n < 10_000; n += 1) made.send(numbered(n, 1000));
  const { overflowed } = made.counters;
  await arrived(10_000 - overflowed);
  made.send(numbered(10_000, 1000));
  await arrived(10_001 - overflowed);
  t.equal(seen.at(-1)?.n, 10_000);
  made.close();
});

t.test('a narrower link sends what waited before what comes', async (t) => {
  const { pipe: made, order } = pipe({ kbitPerSecond: 8000 });
  for (let n = 0; n < 50; n += 1) made.send(numbered(n, 1000));
  made.set({ kbitPerSecond: 4000 });
  made.send(numbered(50, 1000));
  const signal = AbortSignal.timeout(3_000);
  await poll(async () => (order().length > 50 ? true : undefined), { signal, intervalMs: 5 });
  t.strictSame(order(), [...Array(51).keys()]);
});

t.test('a link that is late is not narrow, and bounded all the same', async (t) => {
  const { pipe: made } = pipe({ delayMs: 60_000 });
  for (let n = 0; n < 5_000; n += 1) made.send(numbered(n, 1000));
  t.equal(made.counters.overflowed, 5_000 - Math.floor(mostHeldBytes / 1000));
  made.close();
});

t.test('faults that make no sense', async (t) => {
  const wrong: [LinkFaults, RegExp][] = [
    [{ loss: 2 }, /loss is 2, not a share from 0 to 1/],
    [{ corrupt: Number.NaN }, /corrupt is NaN, not a share/],
    [{ delayMs: -1 }, /delayMs is -1, not from 0 to 60000 ms/],
    [{ kbitPerSecond: 0 }, /kbitPerSecond is 0; for a link that is cut, say down/],
  ];
  for (const [faults, message] of wrong) {
    t.throws(() => checkFaults(faults), { code: 'BAD_FAULT', message });
  }
  checkFaults({ loss: 0.1, delayMs: 5, kbitPerSecond: 64, down: false });
});
