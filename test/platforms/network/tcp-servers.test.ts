/**
 * What machines reach by TCP at the switch: artifacts by their digest, metadata, a gateway that is
 * there only when asked for; also over a link that loses much.
 */

import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { role, type SegmentRequest } from '../../../harness/model/topology.js';
import { Network } from '../../../platforms/network/network.js';
import { planNetwork } from '../../../platforms/network/plan-network.js';
import type { Dial } from '../../../platforms/network/servers/tcp-servers.js';
import { ThreadedNetwork } from '../../../platforms/network/threaded-network.js';
import { LanStation } from '../../support/lan-station.js';
import { tcpCall } from '../../support/tcp-client.js';

const router = '52:54:00:00:ff:fe';
const text = 'a text of the suite\n';
const large = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 31) % 251));
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

async function open(t: Test, lan: SegmentRequest, dial?: Dial) {
  const segments = { lan: { subnet: '10.80.0.0/24', subnet6: 'fd00::/64', ...lan } };
  const plan = planNetwork({ roles: { a: role({ segments: ['lan'] }) }, segments });
  const directory = await mkdtemp(join(tmpdir(), 'sy-'));
  t.teardown(async () => await rm(directory, { recursive: true, force: true }));
  const file = join(directory, 'large');
  await writeFile(file, large);
  const request = { plan, seed: 1, directory, extras: { large: file } };
  const network = await Network.open(request, { dial });
  t.teardown(() => network.close());
  const station = await LanStation.plug(directory, 0, plan.stations[0]?.mac ?? '');
  t.teardown(() => station[Symbol.asyncDispose]());
  const call = { source: '10.80.0.10', destination: '10.80.0.1', mac: router, port: 80 };
  const get = async (path: string, more: Partial<Parameters<typeof tcpCall>[1]> = {}) => {
    const request = `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
    const bytes = await tcpCall(station, { ...call, text: request, ...more });
    const end = bytes.indexOf('\r\n\r\n');
    return { head: bytes.toString('latin1', 0, end), body: bytes.subarray(end + 4) };
  };
  return { request, station, call, get };
}

const artifacts = { 'notes.txt': text, 'large.bin': { extra: 'large' } };

t.test('a file by its digest, and its name leads there', async (t) => {
  const { get } = await open(t, { artifacts });
  const path = `/sha256/${sha256(text)}`;
  const { head, body } = await get(path);
  t.match(head, /^HTTP\/1.1 200/);
  t.equal(body.toString(), text);
  const named = await get('/notes.txt');
  t.match(named.head, /^HTTP\/1.1 302/);
  t.match(named.head.toLowerCase(), `location: ${path}`);
  t.match((await get(`/sha256/${sha256('another')}`)).head, /404/);
  t.match((await get('/../etc/passwd')).head, /404/);
});

t.test('a file of the host over a link that loses', async (t) => {
  const { get } = await open(t, { artifacts });
  const path = `/sha256/${sha256(large)}`;
  t.strictSame((await get(path)).body, large);
  const lossy = await get(path, { loses: (n) => n % 37 === 5 });
  t.strictSame(lossy.body, large);
});

t.test('by IPv6, and what nobody serves', async (t) => {
  const { get, station, call } = await open(t, { artifacts });
  const ends = { source: 'fd00::5054:ff:fe00:0', destination: 'fd00::1' };
  t.equal((await get(`/sha256/${sha256(text)}`, ends)).body.toString(), text);
  await t.rejects(tcpCall(station, { ...call, port: 81, text: '' }), /refused/);
  await t.rejects(get('/x', { destination: '169.254.169.254' }), 'no metadata was asked for');
  const { get: getNothing } = await open(t, {});
  await t.rejects(getNothing('/notes.txt'), /refused/, 'nothing to serve');
});

t.test('metadata of the machine that asks', async (t) => {
  const metadata = { '/latest/meta-data/hostname': '{{self.name}} at {{self.ip}}' };
  const { get } = await open(t, { metadata });
  const destination = '169.254.169.254';
  const { head, body } = await get('/latest/meta-data/hostname', { destination });
  t.match(head, /200/);
  t.equal(body.toString(), 'a-0 at 10.80.0.10');
  t.match((await get('/latest/other', { destination })).head, /404/);
  const stranger = await get('/latest/meta-data/hostname', { destination, source: '10.80.0.99' });
  t.match(stranger.head, /404/);
});

/** 127.0.0.1 in the ways that IPv6 has: mapped, translated, 6to4, Teredo, compatible. */
const embedded = [
  ...['::ffff:7f00:1', '::ffff:0:7f00:1', '64:ff9b::7f00:1', '64:ff9b:1::7f00:1'],
  ...['2002:7f00:1::1', '2001::7f00:1', '::7f00:1'],
];

function hostsOwn(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((all = []) => all.map((one) => one.address));
}

t.test('the outside, only where a topology asks for it', async (t) => {
  const server = createServer((socket) => socket.end('from outside'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  const dialled: string[] = [];
  const dial: Dial = ({ address, port: wanted }) => {
    dialled.push(`${address}:${wanted}`);
    return connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  };
  const destination = '192.0.2.7';
  const { station, call } = await open(t, { gateway: true }, dial);
  const said = await tcpCall(station, { ...call, destination, port: 443, text: 'hello' });
  t.equal(said.toString(), 'from outside');
  const shut = await open(t, {}, dial);
  await t.rejects(tcpCall(shut.station, { ...shut.call, destination, text: '' }), 'no gateway');
  // All at once, for most of them are not even answered.
  const ipv6 = 'fd00::5054:ff:fe00:0';
  const detours = [...hostsOwn(), '127.0.0.1', '169.254.169.254', ...embedded].map(async (own) => {
    const from = own.includes(':') ? { source: ipv6 } : {};
    const answer = tcpCall(station, { ...call, ...from, destination: own, text: '' });
    await t.rejects(answer, `${own} leads to the host`);
  });
  await Promise.all(detours);
  t.strictSame(dialled, ['192.0.2.7:443']);
});

t.test('a suite knows where an artifact is', async (t) => {
  const { request } = await open(t, { artifacts });
  const directory = await mkdtemp(join(tmpdir(), 'sy-'));
  t.teardown(async () => await rm(directory, { recursive: true, force: true }));
  const { signal } = new AbortController();
  await using network = await ThreadedNetwork.open({
    ...{ ...request, directory, slowness: 1, signal },
    onFailed: (cause) => t.fail(cause.message),
  });
  t.strictSame(network.artifact('notes.txt', 'lan'), {
    name: 'notes.txt',
    sha256: sha256(text),
    sizeBytes: text.length,
    url: `http://10.80.0.1/sha256/${sha256(text)}`,
  });
  t.throws(() => network.artifact('other', 'lan'), {
    ...{ kind: 'usage', code: 'UNKNOWN_ARTIFACT' },
    message: 'segment lan serves no artifact other',
  });
  t.throws(() => network.artifact('notes.txt', 'wan'), {
    message: /segment wan serves no artifact/,
  });
});
