/**
 * The network when something is cut, full, gone or elsewhere.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { broadcastMac } from '../../../platforms/network/mac-address.js';
import { encodeArp } from '../../../platforms/network/packets/arp.js';
import { ThreadedNetwork } from '../../../platforms/network/threaded-network.js';
import { skipUnless } from '../../images/test-disk.js';
import { LanStation } from '../../support/lan-station.js';
import { macs, open, place, plan, resolve, signal, udpOf, until } from './network-lab.js';

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
  const seen = () => network.counters(1)?.in ?? { passed: 0, overflowed: 0 };
  await until(() => seen().passed + seen().overflowed >= 4000);
  const { overflowed } = seen();
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

t.test('who asks without end makes no fault forgotten', async (t) => {
  const { network } = await open(t);
  const step = { kind: 'heal', atMs: 0 } as const;
  network.note({ kind: 'fault', step });
  for (let n = 0; n < 21_000; n += 1) network.note({ kind: 'time', client: 'a-0' });
  network.note({ kind: 'fault', step });
  const kinds = network.events.map(({ kind }) => kind).filter((kind) => kind !== 'plugged');
  t.equal(kinds.length, 20_002);
  t.strictSame([kinds[0], kinds.at(-1)], ['fault', 'fault'], 'in order');
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
  const carriers: string[] = [];
  await using network = await ThreadedNetwork.open({
    ...{ plan, seed: 1, directory, slowness: 1, signal },
    onFailed: (cause) => failures.push(cause),
    onCarrier: async ({ machine }, isUp) =>
      void carriers.push(`${machine} ${isUp ? 'up' : 'down'}`),
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
  t.strictSame(carriers, [], 'deaf or dumb is not cut');
  await network.link('b-0').set({ down: true }, 'in');
  await network.link('a-0').down();
  await network.link('a-0').down();
  await network.link('a-0').set({ down: true }, 'in');
  await network.link('a-0').clear();
  t.strictSame(carriers, ['b-0 down', 'a-0 down', 'a-0 up']);
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
