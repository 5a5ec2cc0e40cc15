/**
 * What is between segments: the switch has all its addresses everywhere, finds whoever has a planned
 * network's address, and says why something does not get through.
 */

import t from 'tap';
import { broadcastMac } from '../../../platforms/network/mac-address.js';
import { encodeArp, parseArp } from '../../../platforms/network/packets/arp.js';
import { encodeIp, parseIp, protocols } from '../../../platforms/network/packets/ip.js';
import type { LanStation } from '../../support/lan-station.js';
import { open, udpOf } from './network-lab.js';

const mac = '52:54:00:00:ff:fe';
const farMac = '52:54:00:01:ff:fe';
const ends = { source: '10.80.0.10', destination: '10.80.1.10', mac } as const;

function unknown(source: string, destination: string, hops = 64, payload = Buffer.alloc(8)) {
  return encodeIp({ version: 4, source, destination, protocol: 200, hops, payload });
}

/** Type and code of the next message of ICMP, and who says it. */
async function told(station: LanStation) {
  const isIcmp = (payload: Buffer) => parseIp(payload)?.protocol === protocols.icmp;
  const frame = await station.heard(
    ({ etherType, payload }) => etherType === 0x0800 && isIcmp(payload),
  );
  station.frames.splice(0, station.frames.indexOf(frame) + 1);
  const packet = parseIp(frame.payload);
  return { what: packet?.payload.toString('hex', 0, 2), source: packet?.source };
}

t.test('the switch is there under its address on another segment', async (t) => {
  const { a } = await open(t);
  const asked = Buffer.alloc(48);
  asked[0] = 0x23;
  a.sendUdp({ ...ends, destination: '10.80.1.1' }, { from: 7, to: 123 }, asked);
  const { payload } = await a.heard((frame) => udpOf(frame.payload)?.destinationPort === 7);
  t.equal(parseIp(payload)?.source, '10.80.1.1');
});

t.test('who sends what can not go on is told', async (t) => {
  const { a } = await open(t);
  const { source, destination } = ends;
  a.send(mac, unknown(source, destination, 1), 0x0800);
  t.strictSame(await told(a), { what: '0b00', source: '10.80.0.1' }, 'time exceeded');
  a.send(mac, unknown(source, '192.0.2.7'), 0x0800);
  t.strictSame(await told(a), { what: '0300', source: '10.80.0.1' }, 'no such network');
  a.sendUdp({ ...ends, destination: '10.80.0.1' }, { from: 7, to: 9 }, Buffer.from('x'));
  t.strictSame(await told(a), { what: '0303', source: '10.80.0.1' }, 'no such port');
});

t.test('errors, later fragments and what was for all are answered by none', async (t) => {
  const { a } = await open(t);
  const error = { version: 4, ...ends, protocol: protocols.icmp, hops: 1 } as const;
  a.send(mac, encodeIp({ ...error, payload: Buffer.from([3, 1, 0, 0, 0, 0, 0, 0]) }), 0x0800);
  const everyone = { source: ends.source, destination: '255.255.255.255' };
  a.sendUdp(everyone, { from: 7, to: 9 }, Buffer.from('x'));
  a.send(mac, unknown(ends.source, ends.destination, 1), 0x0800);
  t.match(await told(a), { what: '0b00' });
  t.strictSame(a.frames, []);
});

t.test('an address that nobody planned is asked for, and what was for it arrives', async (t) => {
  const { a, c } = await open(t);
  a.sendUdp({ ...ends, destination: '10.80.1.77' }, { from: 7, to: 9 }, Buffer.from('hello'));
  const isQuestion = (payload: Buffer) => parseArp(payload)?.targetAddress === '10.80.1.77';
  const { payload, destination } = await c.heard((frame) => isQuestion(frame.payload));
  t.equal(destination, broadcastMac);
  const sender = { senderMac: farMac, senderAddress: '10.80.1.1' };
  t.match(parseArp(payload), { ...sender, operation: 'request' });
  const answer = encodeArp({
    operation: 'reply',
    ...{ senderMac: c.mac, senderAddress: '10.80.1.77' },
    ...{ targetMac: farMac, targetAddress: '10.80.1.1' },
  });
  c.send(farMac, answer, 0x0806);
  const arrived = await c.heard((frame) => udpOf(frame.payload)?.destinationPort === 9);
  t.equal(udpOf(arrived.payload)?.data.toString(), 'hello');
});

t.test('who has sent something is known by that', async (t) => {
  const { a, c } = await open(t);
  const own = { source: '10.80.1.50', destination: '10.80.0.10', mac: farMac };
  c.sendUdp(own, { from: 7, to: 9 }, Buffer.from('question'));
  await a.heard((frame) => udpOf(frame.payload)?.destinationPort === 9);
  a.sendUdp({ ...ends, destination: own.source }, { from: 9, to: 7 }, Buffer.from('answer'));
  const { destination } = await c.heard((frame) => udpOf(frame.payload)?.destinationPort === 7);
  t.equal(destination, c.mac);
  t.notOk(
    c.frames.some(({ etherType }) => etherType === 0x0806),
    'without a question',
  );
});
