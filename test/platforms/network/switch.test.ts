/**
 * A segment learns where stations are, floods what it does not know, and stays bounded.
 */

import t from 'tap';
import { encodeFrame, etherTypes } from '../../../platforms/network/frame.js';
import { broadcastMac } from '../../../platforms/network/mac-address.js';
import { mostStations, type Port, Switch } from '../../../platforms/network/switch.js';

class Recorder implements Port {
  readonly seen: string[] = [];
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  deliver(frame: Buffer, sender: string): void {
    this.seen.push(`${sender}:${frame.subarray(14)}`);
  }
}

const [macA, macB] = ['52:54:00:00:00:0a', '52:54:00:00:00:0b'];

function frame(source: string, destination: string, text: string): Buffer {
  const payload = Buffer.from(text);
  return encodeFrame({ source, destination, etherType: etherTypes.ipv4, payload });
}

function threePorts() {
  const [a, b, c] = [new Recorder('a'), new Recorder('b'), new Recorder('c')];
  const segment = new Switch();
  for (const port of [a, b, c]) segment.add(port);
  return { a, b, c, segment };
}

t.test('what is not known goes everywhere but back, what is known to one', async (t) => {
  const { a, b, c, segment } = threePorts();
  segment.receive(frame(macA, macB, 'one'), a);
  segment.receive(frame(macB, macA, 'two'), b);
  segment.receive(frame(macA, macB, 'three'), a);
  t.strictSame(a.seen, ['b:two']);
  t.strictSame(b.seen, ['a:one', 'a:three']);
  t.strictSame(c.seen, ['a:one']);
  t.match(segment.counters, { frames: 3, flooded: 1, malformed: 0 });
});

t.test('a broadcast reaches all others, and a station may move', async (t) => {
  const { a, b, c, segment } = threePorts();
  segment.receive(frame(macA, broadcastMac, 'hello'), a);
  segment.receive(frame(macA, broadcastMac, 'moved'), c);
  segment.receive(frame(macB, macA, 'to a'), b);
  t.strictSame(b.seen, ['a:hello', 'c:moved']);
  t.strictSame(c.seen, ['a:hello', 'b:to a']);
  t.strictSame(a.seen, ['c:moved']);
});

t.test('what is no frame, and whose source is a group, is dropped and counted', async (t) => {
  const { a, b, segment } = threePorts();
  segment.receive(Buffer.from('short'), a);
  segment.receive(frame(broadcastMac, macB, 'x'), a);
  t.strictSame(b.seen, []);
  t.equal(segment.counters.malformed, 2);
});

t.test('what was behind a port is forgotten when its cable is pulled', async (t) => {
  const { a, b, c, segment } = threePorts();
  segment.receive(frame(macA, macB, 'one'), a);
  segment.forget(a);
  segment.receive(frame(macB, macA, 'two'), b);
  t.strictSame(c.seen, ['a:one', 'b:two'], 'flooded again');
  segment.receive(frame(macA, macB, 'back'), c);
  segment.receive(frame(macB, macA, 'there'), b);
  t.strictSame(a.seen, ['b:two'], 'and known by its new port');
});

/** The n-th that is made up. */
function madeUp(n: number): string {
  const [high, low] = [n >> 8, n & 255].map((byte) => byte.toString(16).padStart(2, '0'));
  return `52:54:01:00:${high}:${low}`;
}

t.test('more addresses than a switch remembers', async (t) => {
  const { a, b, c, segment } = threePorts();
  segment.receive(frame(macA, macB, 'first'), a);
  for (let n = 0; n < mostStations; n += 1) {
    segment.receive(frame(madeUp(n), broadcastMac, ''), c);
  }
  c.seen.length = 0;
  segment.receive(frame(macB, macA, 'back'), b);
  t.strictSame(c.seen, ['b:back'], 'the oldest was forgotten, so the frame is flooded');
});

t.test('made-up addresses push out no station that is heard meanwhile', async (t) => {
  const { a, b, c, segment } = threePorts();
  for (let n = 0; n < 2 * mostStations; n += 1) {
    segment.receive(frame(macA, macB, ''), a);
    segment.receive(frame(madeUp(n), broadcastMac, ''), c);
  }
  c.seen.length = 0;
  segment.receive(frame(macB, macA, 'back'), b);
  t.strictSame(c.seen, [], 'known, so only its port gets it');
});

t.test('who writes frames down is told which ports keep them out', async (t) => {
  const told: (readonly string[])[] = [];
  const segment = new Switch((_, kept) => told.push(kept));
  const [a, b, c] = [new Recorder('a'), new Recorder('b'), new Recorder('c')];
  const closed = Object.assign(b, {
    keepsOut: (sender: string) => (sender === 'a' ? 'partition' : undefined),
  });
  for (const port of [a, closed, c]) segment.add(port);
  segment.receive(frame(macA, macB, 'all'), a);
  segment.receive(frame(macB, macA, 'one'), b);
  segment.receive(frame(macA, macB, 'one'), a);
  segment.receive(frame(macA, macB, 'routed'), c, 'c');
  t.strictSame(told, [['b: partition'], [], ['b: partition'], []]);
});
