/**
 * Whose connections are let in, and which go where there are too many.
 */

import type { Duplex } from 'node:stream';
import t from 'tap';
import { parseIp } from '../../../../platforms/network/packets/ip.js';
import {
  idleMs,
  mostConnections,
  mostOfOneAddress,
  TcpEndpoint,
} from '../../../../platforms/network/tcp/tcp-endpoint.js';
import {
  encodeTcp,
  flags,
  parseTcp,
  type TcpSegment,
} from '../../../../platforms/network/tcp/tcp-segment.js';
import { SimulatedTime } from '../../../support/simulated-time.js';

const mac = '52:54:00:00:00:00';
const destination = '10.80.0.1';

function openEndpoint() {
  const time = new SimulatedTime();
  const heard: TcpSegment[] = [];
  const streams: Duplex[] = [];
  const endpoint = new TcpEndpoint({
    ...{ mtu: 1500, clock: time },
    serverOf: ({ port }) => (port === 80 ? (stream) => void streams.push(stream) : undefined),
    send: (packet) => {
      const parsed = parseIp(packet);
      const segment = parsed && parseTcp(parsed);
      if (segment) heard.push(segment);
    },
  });
  const say = (source: string, sourcePort: number, bits: number, port = 80) => {
    const packet = encodeTcp(
      { version: 4, source, destination },
      {
        ...{ sourcePort, destinationPort: port, sequence: 1, acknowledged: 0, flags: bits },
        ...{ window: 1000, data: Buffer.alloc(0) },
      },
    );
    const parsed = parseIp(packet);
    if (parsed) endpoint.receive(parsed, mac);
    return heard.at(-1);
  };
  const isLetIn = (answer: TcpSegment | undefined) => answer?.flags === (flags.syn | flags.ack);
  const open = (source: string, port: number) => isLetIn(say(source, port, flags.syn));
  return { time, endpoint, streams, heard, say, open };
}

t.test('one machine can not take the server from the others', async (t) => {
  const { time, endpoint, open, say, heard } = openEndpoint();
  t.teardown(() => endpoint.close());
  for (let n = 0; n < mostOfOneAddress; n += 1) t.ok(open('10.80.0.10', 1000 + n));
  t.notOk(open('10.80.0.10', 5000), 'none is idle');
  t.ok((heard.at(-1)?.flags ?? 0) & flags.rst, 'which is told');
  t.ok(open('10.80.0.11', 5000));
  say('10.80.0.10', 1000, flags.rst);
  await time.pass(0);
  t.ok(open('10.80.0.10', 5001), 'once one has ended');
});

t.test('who is silent for longest makes room', async (t) => {
  const { time, endpoint, streams, open, say } = openEndpoint();
  t.teardown(() => endpoint.close());
  for (let n = 0; n < mostOfOneAddress; n += 1) open('10.80.0.10', 1000 + n);
  await time.pass(idleMs);
  say('10.80.0.10', 1000, flags.ack);
  t.ok(open('10.80.0.10', 5000));
  t.notOk(streams[0]?.destroyed, 'who was heard is kept');
  t.ok(streams[1]?.destroyed);
  t.equal(streams.filter(({ destroyed }) => destroyed).length, 1);
  say('10.80.0.10', 6000, flags.syn, 81);
  t.equal(streams.filter(({ destroyed }) => destroyed).length, 1, 'not for what nobody serves');
});

t.test('all together are bounded', async (t) => {
  const { time, endpoint, streams, open } = openEndpoint();
  t.teardown(() => endpoint.close());
  for (let n = 0; n < mostConnections; n += 1) t.ok(open(`10.80.${n >> 5}.9`, n));
  t.notOk(open('10.90.0.1', 1));
  await time.pass(idleMs);
  t.ok(open('10.90.0.1', 1));
  t.ok(streams[0]?.destroyed);
});
