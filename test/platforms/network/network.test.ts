/**
 * The network of a cluster as stations see it: leases, names, ways from segment to segment.
 */

import t from 'tap';
import { broadcastMac } from '../../../platforms/network/mac-address.js';
import { addressBytes } from '../../../platforms/network/packets/addresses.js';
import { encodeArp } from '../../../platforms/network/packets/arp.js';
import { parseIp } from '../../../platforms/network/packets/ip.js';
import type { LanStation } from '../../support/lan-station.js';
import { open, resolve, udpOf, until } from './network-lab.js';

/** A client's message as RFC 2131 has it. */
function dhcpMessage(mac: string, type: number, requested?: string): Buffer {
  const bytes = Buffer.alloc(240);
  bytes.set([1, 1, 6, 0, 1, 2, 3, 4]);
  bytes.write(mac.replaceAll(':', ''), 28, 'hex');
  bytes.write('63825363', 236, 'hex');
  const options = [53, 1, type, ...(requested ? [50, 4, ...addressBytes(requested)] : []), 255];
  return Buffer.concat([bytes, Buffer.from(options)]);
}

async function lease(station: LanStation, type: number, requested?: string): Promise<Buffer> {
  station.frames.length = 0;
  const everywhere = { source: '0.0.0.0', destination: '255.255.255.255' };
  station.sendUdp(everywhere, { from: 68, to: 67 }, dhcpMessage(station.mac, type, requested));
  const isAnswer = (payload: Buffer) => udpOf(payload)?.sourcePort === 67;
  const frame = await station.heard(({ payload }) => isAnswer(payload));
  return udpOf(frame.payload)?.data ?? Buffer.alloc(0);
}

t.test('each machine gets its own lease, with everything that goes with it', async (t) => {
  const { a, c, network } = await open(t);
  const offer = await lease(a, 1);
  t.equal(offer[242], 2, 'an offer');
  t.equal(offer.toString('hex', 16, 20), '0a50000a');
  t.equal((await lease(a, 3, '10.80.0.10'))[242], 5, 'an acknowledgement');
  t.equal((await lease(a, 3, '10.80.0.99'))[242], 6, 'another address is refused');
  t.match(offer.toString('hex'), '330400000e10', 'an hour');
  const informed = await lease(a, 8);
  t.equal(informed[242], 5, 'who has an address is told the rest');
  t.equal(informed.toString('hex', 16, 20), '00000000');
  t.notMatch(informed.toString('hex', 240), '330400000e10', 'and no time to lose it');
  const far = (await lease(c, 1)).toString('hex');
  t.match(far, '1a020578', 'MTU 1400');
  t.match(far, '2a040a500101', 'the time is at the switch');
  t.match(far, '7908180a50000a500101', 'the other segment is behind it');
  t.match(far, `0c03${Buffer.from('c-0').toString('hex')}`);
  t.match(
    network.events.filter(({ kind }) => kind === 'lease'),
    [
      { machine: 'a-0', message: 'discover' },
      { machine: 'a-0', message: 'request' },
      { machine: 'a-0', message: 'request' },
      { machine: 'a-0', message: 'inform' },
      { machine: 'c-0', message: 'discover', segment: 'far' },
    ],
  );
});

t.test('names of machines, and no others', async (t) => {
  const { a } = await open(t);
  t.strictSame(await resolve(a, 'b-0.switchyard.test', 'A'), { code: 0, found: ['10.80.0.11'] });
  const ipv6 = await resolve(a, 'B-0.lan.switchyard.test', 'AAAA');
  t.strictSame(ipv6, { code: 0, found: ['fd00::5054:ff:fe00:1'] });
  t.strictSame(await resolve(a, 'c-0.switchyard.test', 'AAAA'), { code: 0, found: [] });
  t.strictSame(await resolve(a, 'example.org', 'A'), { code: 3, found: [] });
  for (const above of ['lan', 'far', 'gateway']) {
    const { code } = await resolve(a, `${above}.switchyard.test`, 'A');
    t.equal(code, 0, `${above} is above names that exist`);
  }
  t.equal((await resolve(a, 'wan.switchyard.test', 'A')).code, 3);
});

t.test('what is broken does not stop the servers', async (t) => {
  const { a } = await open(t);
  const ends = { source: '10.80.0.10', destination: '10.80.0.1' };
  for (const to of [53, 67, 123]) a.sendUdp(ends, { from: 1, to }, Buffer.from('nonsense'));
  a.send(broadcastMac, '', 0x0800);
  a.send(broadcastMac, '', 0x0806);
  a.send(broadcastMac, Buffer.alloc(40, 0x60), 0x86dd);
  t.equal((await resolve(a, 'b-0.switchyard.test', 'A')).code, 0);
});

t.test('the switch answers who has its address, and advertises IPv6', async (t) => {
  const { a } = await open(t);
  const question = encodeArp({
    operation: 'request',
    senderMac: a.mac,
    senderAddress: '10.80.0.10',
    targetMac: '00:00:00:00:00:00',
    targetAddress: '10.80.0.1',
  });
  a.send(broadcastMac, question, 0x0806);
  const { source } = await a.heard(({ etherType }) => etherType === 0x0806);
  t.equal(source, '52:54:00:00:ff:fe');
});

t.test('from segment to segment through the switch, and not past a partition', async (t) => {
  const { a, c, network } = await open(t);
  const ends = { source: '10.80.0.10', destination: '10.80.1.10', mac: '52:54:00:00:ff:fe' };
  const arrived = ({ payload }: { payload: Buffer }) => udpOf(payload)?.destinationPort === 9;
  a.sendUdp(ends, { from: 9, to: 9 }, Buffer.from('hello'));
  const { payload, destination } = await c.heard(arrived);
  t.equal(destination, c.mac);
  t.equal(udpOf(payload)?.data.toString(), 'hello');
  t.equal(parseIp(payload)?.hops, 63);
  network.partition(['a-0'], ['c-0'], true);
  c.frames.length = 0;
  const { passed = 0 } = network.counters(0)?.out ?? {};
  a.sendUdp(ends, { from: 9, to: 9 }, Buffer.from('lost'));
  await until(() => (network.counters(0)?.out.passed ?? 0) > passed);
  network.heal();
  a.sendUdp(ends, { from: 9, to: 10 }, Buffer.from('again'));
  await c.heard((frame) => udpOf(frame.payload)?.destinationPort === 10);
  t.equal(c.frames.length, 1);
});
