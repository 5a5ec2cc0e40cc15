/**
 * A network without machines, and stations on it.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode } from 'dns-packet';
import type { Test } from 'tap';
import { poll } from '../../../harness/base/poll.js';
import { role, type Topology } from '../../../harness/model/topology.js';
import { Network } from '../../../platforms/network/network.js';
import { parseIp } from '../../../platforms/network/packets/ip.js';
import { parseUdp } from '../../../platforms/network/packets/udp.js';
import { planNetwork } from '../../../platforms/network/plan-network.js';
import { LanStation } from '../../support/lan-station.js';

export const topology: Topology = {
  roles: {
    a: role({ segments: ['lan'] }),
    b: role({ segments: ['lan'] }),
    c: role({ segments: ['far'] }),
  },
  segments: { lan: { subnet6: 'fd00::/64', subnet: '10.80.0.0/24' }, far: { mtu: 1400 } },
};

export const plan = planNetwork(topology);

export const macs = plan.stations.map(({ mac }) => mac);

export const signal = new AbortController().signal;

export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const limit = AbortSignal.timeout(5_000);
  await poll(async () => ((await holds()) ? true : undefined), { signal: limit, intervalMs: 10 });
}

/** Short: the path of a unix socket has 107 bytes at most. */
export async function place(t: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sy-'));
  t.teardown(async () => await rm(directory, { recursive: true, force: true }));
  return directory;
}

export async function open(t: Test) {
  const directory = await place(t);
  const network = await Network.open({ plan, seed: 1, directory, captureDirectory: directory });
  t.teardown(() => network.close());
  const stations = await Promise.all(macs.map((mac, n) => LanStation.plug(directory, n, mac)));
  t.teardown(async () => await Promise.all(stations.map((one) => one[Symbol.asyncDispose]())));
  const [a, b, c] = stations as [LanStation, LanStation, LanStation];
  return { directory, network, a, b, c };
}

export function udpOf(payload: Buffer) {
  const packet = parseIp(payload);
  return packet && parseUdp(packet);
}

export async function resolve(station: LanStation, name: string, type: 'A' | 'AAAA') {
  station.frames.length = 0;
  const data = encode({ type: 'query', id: 7, questions: [{ type, name }] });
  const ends = { source: '10.80.0.10', destination: '10.80.0.1', mac: '52:54:00:00:ff:fe' };
  station.sendUdp(ends, { from: 5000, to: 53 }, data);
  const frame = await station.heard(({ payload }) => udpOf(payload)?.destinationPort === 5000);
  const answer = decode(udpOf(frame.payload)?.data ?? Buffer.alloc(0));
  const found = answer.answers?.map((one) => ('data' in one ? one.data : undefined));
  return { code: (answer.flags ?? 0) & 15, found };
}
