/**
 * A whole network over real sockets, without machines: leases, names, time, routing, partitions,
 * bounds, captures; in this thread and in one of its own.
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode } from 'dns-packet';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { poll } from '../../../harness/base/poll.js';
import { role, type Topology } from '../../../harness/model/topology.js';
import { broadcastMac } from '../../../platforms/network/mac-address.js';
import { Network } from '../../../platforms/network/network.js';
import { addressBytes } from '../../../platforms/network/packets/addresses.js';
import { encodeArp } from '../../../platforms/network/packets/arp.js';
import { parseIp } from '../../../platforms/network/packets/ip.js';
import { parseUdp } from '../../../platforms/network/packets/udp.js';
import { planNetwork } from '../../../platforms/network/plan-network.js';
import { ThreadedNetwork } from '../../../platforms/network/threaded-network.js';
import { skipUnless } from '../../images/test-disk.js';
import { LanStation } from '../../support/lan-station.js';

const topology: Topology = {
  roles: {
    a: role({ segments: ['lan'] }),
    b: role({ segments: ['lan'] }),
    c: role({ segments: ['far'] }),
  },
  segments: { lan: { subnet6: 'fd00::/64', subnet: '10.80.0.0/24' }, far: { mtu: 1400 } },
};
const plan = planNetwork(topology);
const macs = plan.stations.map(({ mac }) => mac);
const signal = new AbortController().signal;

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const limit = AbortSignal.timeout(5_000);
  await poll(async () => ((await holds()) ? true : undefined), { signal: limit, intervalMs: 10 });
}

/** Short: the path of a unix socket has 107 bytes at most. */
async function place(t: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sy-'));
  t.teardown(async () => await rm(directory, { recursive: true, force: true }));
  return directory;
}

async function open(t: Test) {
  const directory = await place(t);
  const network = await Network.open({ plan, seed: 1, directory, captureDirectory: directory });
  t.teardown(() => network.close());
  const stations = await Promise.all(macs.map((mac, n) => LanStation.plug(directory, n, mac)));
  t.teardown(async () => await Promise.all(stations.map((one) => one[Symbol.asyncDispose]())));
  const [a, b, c] = stations as [LanStation, LanStation, LanStation];
  return { directory, network, a, b, c };
}

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

function udpOf(payload: Buffer) {
  const packet = parseIp(payload);
  return packet && parseUdp(packet);
}

t.test('each machine gets its own lease, with everything that goes with it', async (t) => {
  const { a, c, network } = await open(t);
  const offer = await lease(a, 1);
  t.equal(offer[242], 2, 'an offer');
  t.equal(offer.toString('hex', 16, 20), '0a50000a');
  t.equal((await lease(a, 3, '10.80.0.10'))[242], 5, 'an acknowledgement');
  t.equal((await lease(a, 3, '10.80.0.99'))[242], 6, 'another address is refused');
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
      { machine: 'c-0', message: 'discover', segment: 'far' },
    ],
  );
});

async function resolve(station: LanStation, name: string, type: 'A' | 'AAAA') {
  station.frames.length = 0;
  const data = encode({ type: 'query', id: 7, questions: [{ type, name }] });
  const ends = { source: '10.80.0.10', destination: '10.80.0.1', mac: '52:54:00:00:ff:fe' };
  station.sendUdp(ends, { from: 5000, to: 53 }, data);
  const frame = await station.heard(({ payload }) => udpOf(payload)?.destinationPort === 5000);
  const answer = decode(udpOf(frame.payload)?.data ?? Buffer.alloc(0));
  const found = answer.answers?.map((one) => ('data' in one ? one.data : undefined));
  return { code: (answer.flags ?? 0) & 15, found };
}

t.test('names of machines, and no others', async (t) => {
  const { a } = await open(t);
  t.strictSame(await resolve(a, 'b-0.switchyard.test', 'A'), { code: 0, found: ['10.80.0.11'] });
  const ipv6 = await resolve(a, 'B-0.lan.switchyard.test', 'AAAA');
  t.strictSame(ipv6, { code: 0, found: ['fd00::5054:ff:fe00:1'] });
  t.strictSame(await resolve(a, 'c-0.switchyard.test', 'AAAA'), { code: 0, found: [] });
  t.strictSame(await resolve(a, 'example.org', 'A'), { code: 3, found: [] });
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

t.test('a partition between segments holds for addresses that nobody planned', async (t) => {
  const { a, c, network } = await open(t);
  const vip = '10.80.1.99';
  /** As keepalived tells that it has an address now. */
  const takeOver = (station: LanStation, address: string) => {
    const [senderMac, targetMac] = [station.mac, broadcastMac];
    const ends = { senderMac, senderAddress: address, targetMac, targetAddress: address };
    station.send(broadcastMac, encodeArp({ operation: 'request', ...ends }), 0x0806);
  };
  takeOver(c, vip);
  takeOver(a, '10.80.0.88');
  await until(() => (network.segmentCounters('far')?.frames ?? 0) > 0);
  const ask = (source: string, to: number) => {
    const ends = { source, destination: vip, mac: '52:54:00:00:ff:fe' };
    a.sendUdp(ends, { from: 9, to }, Buffer.from('x'));
  };
  const arrived = (to: number) => c.heard(({ payload }) => udpOf(payload)?.destinationPort === to);
  ask('10.80.0.10', 1);
  t.equal((await arrived(1)).destination, c.mac);
  network.partition(['a-0'], ['c-0'], true);
  c.frames.length = 0;
  ask('10.80.0.10', 2);
  ask('10.80.0.88', 3);
  await until(() => network.counters(2)?.in.partitioned === 2);
  const back = { source: vip, destination: '10.80.0.88', mac: '52:54:00:01:ff:fe' };
  c.sendUdp(back, { from: 9, to: 4 }, Buffer.from('the other way is open'));
  await a.heard(({ payload }) => udpOf(payload)?.destinationPort === 4);
  network.heal();
  ask('10.80.0.88', 5);
  await arrived(5);
  t.equal(c.frames.length, 1, 'and nothing of what was kept');
});

t.test('a partition, one way and both, and its end', async (t) => {
  const { a, b, network } = await open(t);
  const round = async (text: string) => {
    a.send(b.mac, `${text} from a`);
    b.send(a.mac, `${text} from b`);
    // Each station's own broadcast comes after what it said before.
    a.send(broadcastMac, `${text} end`);
    b.send(broadcastMac, `${text} end`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await round('open');
  network.partition(['a-0'], ['b-0'], true);
  await round('one way');
  network.partition(['a-0'], ['b-0'], false);
  await round('cut');
  network.heal();
  await round('healed');
  t.strictSame(b.texts, ['open from a', 'open end', 'healed from a', 'healed end']);
  t.strictSame(a.texts, [
    ...['open from b', 'open end', 'one way from b', 'one way end'],
    ...['healed from b', 'healed end'],
  ]);
  t.equal(network.counters(1)?.in.partitioned, 4);
});

t.test('a guest that does not read costs a bounded amount, and others nothing', async (t) => {
  const { a, b, network } = await open(t);
  b.stopReading();
  const large = Buffer.alloc(1500);
  for (let n = 0; n < 4000; n += 1) a.send(b.mac, large);
  await until(() => (network.counters(1)?.in.passed ?? 0) >= 4000);
  const { overflowed = 0 } = network.counters(1)?.in ?? {};
  t.ok(overflowed > 2000, `${overflowed} of 4000 dropped`);
  a.send('52:54:00:00:ff:fe', '');
  t.equal((await resolve(a, 'a-0.switchyard.test', 'A')).code, 0);
});

t.test('a machine that is started anew takes its port again', async (t) => {
  const { a, b, directory, network } = await open(t);
  await b[Symbol.asyncDispose]();
  await until(() => network.events.some(({ kind }) => kind === 'unplugged'));
  await using again = await LanStation.plug(directory, 1, b.mac);
  again.send(broadcastMac, 'here again');
  await a.heard(({ payload }) => payload.toString() === 'here again');
  t.match(network.events.at(-1), { kind: 'plugged', machine: 'b-0' });
});

t.test('what was captured can be read', { skip: await skipUnless('tcpdump') }, async (t) => {
  const { a, b, directory, network } = await open(t);
  a.sendUdp(
    { source: '10.80.0.10', destination: '10.80.0.11', mac: b.mac },
    { from: 7, to: 9 },
    Buffer.from('x'),
  );
  await b.heard(({ payload }) => udpOf(payload)?.destinationPort === 9);
  await network.close();
  const { stdout } = await execa('tcpdump', ['-nr', join(directory, 'lan.pcapng')]);
  t.match(stdout, /IP 10\.80\.0\.10\.7 > 10\.80\.0\.11\.9: UDP, length 1/);
  t.equal((await readFile(join(directory, 'far.pcapng'))).length > 0, true);
});

t.test('in a thread of its own', async (t) => {
  const directory = await place(t);
  const failures: unknown[] = [];
  const told: string[] = [];
  await using network = await ThreadedNetwork.open({
    ...{ plan, seed: 1, directory, slowness: 1, signal },
    onFailed: (cause) => failures.push(cause),
    onEvent: ({ kind }) => told.push(kind),
  });
  await using a = await LanStation.plug(directory, 0, macs[0] as string);
  await using b = await LanStation.plug(directory, 1, macs[1] as string);
  t.match(network.station('c-0'), { segment: 'far', ipv4: '10.80.1.10' });
  await until(() => told.length === 2);
  await network.play([
    { kind: 'heal', atMs: 60 },
    { kind: 'partition', atMs: 0, from: ['a-0'], to: ['b-0'] },
    { kind: 'link', atMs: 70, machine: 'b-0', faults: { down: true }, direction: 'out' },
  ]);
  a.send(b.mac, 'after');
  await b.heard(({ payload }) => payload.toString() === 'after');
  b.send(a.mac, 'lost');
  await until(async () => (await network.link('b-0').counters()).out.lost === 1);
  const steps = (await network.events()).filter(({ kind }) => kind === 'fault');
  t.match(steps, [
    { step: { kind: 'partition' } },
    { step: { kind: 'heal' } },
    { step: { kind: 'link' } },
  ]);
  t.same(told, ['plugged', 'plugged', 'fault', 'fault', 'fault'], 'told as it happens');
  const unknown = { code: 'UNKNOWN_LINK' };
  t.throws(() => network.link('d-0'), { ...unknown, message: /d-0 is not on any segment/ });
  t.throws(() => network.link('a-0', 'far'), { ...unknown, message: /not on segment far/ });
  await t.rejects(network.partition(['a-0'], ['x']), unknown);
  await t.rejects(network.partition(['a-0', 'b-0'], ['b-0', 'c-0']), {
    ...{ kind: 'usage', code: 'BAD_FAULT' },
    message: 'b-0 can not be on both sides of a partition',
  });
  await t.rejects(network.link('a-0').set({ loss: 3 }), { code: 'BAD_FAULT' });
  t.strictSame(failures, []);
});

t.test('a thread that ends is told as what it is', async (t) => {
  const failures: unknown[] = [];
  const opened = ThreadedNetwork.open({
    ...{ plan, seed: 1, directory: join(await place(t), 'none'), slowness: 1, signal },
    onFailed: (cause) => failures.push(cause),
  });
  await t.rejects(opened, { code: 'NETWORK_FAILED', kind: 'infrastructure' });
  t.match(failures, [{ code: 'NETWORK_FAILED' }]);
});
