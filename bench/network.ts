/**
 * What the switch costs: throughput and latency between two machines through it, and through QEMU's
 * own `dgram` netdevs joined directly, in turn and in one run.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withDeadline } from '../harness/base/deadline.js';
import { InfrastructureError } from '../harness/base/errors.js';
import { poll } from '../harness/base/poll.js';
import type { Image } from '../harness/model/image.js';
import type { Machine } from '../harness/model/machine.js';
import type { Platform } from '../harness/model/platform.js';
import { defaultLimits } from '../harness/model/suite.js';
import { role } from '../harness/model/topology.js';
import { QemuMachine } from '../platforms/qemu/qemu-machine.js';
import { type Spread, spreadOf } from './statistics.js';

export interface NetworkBenchOptions {
  readonly image: Image;
  readonly platform: Platform;
  readonly directory: string;
  readonly samples: number;
  readonly signal: AbortSignal;
}

/** Of one way between the machines. */
interface WayFigures {
  /** Of TCP, in MiB per second. */
  readonly throughput: Spread;
  /** Of a ping, in milliseconds. */
  readonly latency: Spread;
}

export interface NetworkFigures {
  readonly samples: number;
  readonly switched: WayFigures;
  readonly direct: WayFigures;
  /** Median throughput of the switch over that of the direct pair; latency likewise. */
  readonly throughputRatio: number;
  readonly latencyRatio: number;
}

/** Takes a few minutes. Throws what the platform throws. */
export async function benchNetwork(options: NetworkBenchOptions): Promise<NetworkFigures> {
  const { platform, image, directory, samples, signal } = options;
  const artifactDirectory = join(directory, 'network');
  await mkdir(artifactDirectory, { recursive: true });
  const machine = role({ count: 2, identity: 'own', segments: ['lan', 'spare'] });
  const topology = { roles: { machine }, segments: { lan: {}, spare: {} } };
  const what = { id: 'bench-network', artifactDirectory, image, topology };
  const how = { start: 'first-boot', limits: defaultLimits, onEvent: () => undefined } as const;
  await using cluster = await platform.provision({ ...what, ...how }, signal);
  const [one, two] = cluster.machines;
  if (!(one instanceof QemuMachine && two instanceof QemuMachine)) {
    throw new Error('the platform gave no two machines of QEMU');
  }
  const switchedTo = cluster.network?.station(two.name, 'lan').ipv4 ?? '';
  await two.sh(`until ip -o address | grep -qF ' ${switchedTo}/'; do sleep 0.2; done`);
  const directTo = await joinDirectly([one, two], { directory: artifactDirectory, signal });
  await serve(two);
  const ways = { switched: { mib: [], ms: [] }, direct: { mib: [], ms: [] } } as Record<
    'switched' | 'direct',
    { mib: number[]; ms: number[] }
  >;
  for (let n = 0; n < samples; n += 1) {
    for (const [way, to] of [['switched', switchedTo] as const, ['direct', directTo] as const]) {
      ways[way].mib.push(await transfer(one, to));
      ways[way].ms.push(...(await pings(one, to)));
    }
  }
  return figuresOf(samples, wayFigures(ways.switched), wayFigures(ways.direct));
}

/** Puts QEMU's own pair in place of the spare NICs; the address of the second machine on it. */
async function joinDirectly(
  machines: readonly [QemuMachine, QemuMachine],
  { directory, signal }: { readonly directory: string; readonly signal: AbortSignal },
): Promise<string> {
  const socket = (n: number) => ({ type: 'unix', path: join(directory, `d${n}`) });
  for (const [n, machine] of machines.entries()) {
    await unplug(machine, signal);
    const ends = { local: socket(n), remote: socket(1 - n) };
    await machine.qmp('netdev_add', { type: 'dgram', id: 'direct', ...ends });
    const mac = `52:54:00:63:00:0${n}`;
    const nic = { driver: 'virtio-net-pci', id: 'direct-nic', netdev: 'direct', romfile: '' };
    await machine.qmp('device_add', { ...nic, bus: 'lan1-slot', mac });
    const script = `until name=$(basename "$(dirname "$(grep -l '^${mac}$' /sys/class/net/*/address)")") \\
  && [ -n "$name" ] && [ "$name" != . ]; do sleep 0.2; done
ip link set "$name" up
ip address replace 10.99.0.${n + 1}/24 dev "$name"`;
    const { status, stderr } = await machine.sh(script, { sudo: true });
    if (status !== 0) throw new Error(`the direct NIC of ${machine.name}: ${stderr}`);
  }
  return '10.99.0.2';
}

/** Takes the spare NIC away; a guest lets go of it when it comes to that. */
async function unplug(machine: QemuMachine, parent: AbortSignal): Promise<void> {
  const late = () => new InfrastructureError('NIC_NOT_REMOVED', `${machine.name}: lan1 stays`);
  using deadline = withDeadline(parent, unplugMs, late);
  const options = { signal: deadline.signal, intervalMs: 500 };
  await machine.qmp('device_del', { id: 'lan1-nic' });
  const gone = ['test', '!', '-e', '/sys/class/net/eth2'] as const;
  await poll(async () => (await machine.exec(gone)).status === 0 || undefined, options);
  // QEMU refuses for as long as it has the device.
  const remove = async () => await machine.qmp('netdev_del', { id: 'lan1' });
  await poll(async () => {
    return await remove().then(
      () => true,
      () => undefined,
    );
  }, options);
}

const unplugMs = 120_000;

async function serve(machine: Machine): Promise<void> {
  const listen = 'TCP-LISTEN:9000,fork,reuseaddr';
  await machine.sh(`systemd-run socat -u ${listen} OPEN:/dev/null`, { sudo: true });
}

const transferMiB = 64;

/** MiB per second of one stream, by the sender's clock, until all is acknowledged. */
async function transfer(from: Machine, to: string): Promise<number> {
  const script = `a=$(date +%s%N)
head -c ${transferMiB}M /dev/zero | socat -u - TCP:${to}:9000
b=$(date +%s%N)
echo $(( (b - a) / 1000 ))`;
  const { status, stdout, stderr } = await from.sh(script, { timeoutMs: 300_000 });
  if (status !== 0) throw new Error(`a transfer to ${to}: ${stderr}`);
  return transferMiB / (Number(stdout) / 1e6);
}

/** Round trips in milliseconds. */
async function pings(from: Machine, to: string): Promise<number[]> {
  const text = await from.output(['ping', '-c', '30', '-i', '0.2', to]);
  return [...text.matchAll(/time=([\d.]+) ms/g)].map(([, time]) => Number(time));
}

function wayFigures({ mib, ms }: { mib: readonly number[]; ms: readonly number[] }): WayFigures {
  const [throughput, latency] = [spreadOf(mib), spreadOf(ms)];
  if (!throughput || !latency) throw new RangeError('give at least one sample');
  return { throughput, latency };
}

function figuresOf(samples: number, switched: WayFigures, direct: WayFigures): NetworkFigures {
  return {
    samples,
    switched,
    direct,
    throughputRatio: switched.throughput.median / direct.throughput.median,
    latencyRatio: switched.latency.median / direct.latency.median,
  };
}

/** What the switch may cost beside a direct link: half of its throughput, as much again of its latency. */
const leastThroughputRatio = 0.5;
const mostLatencyRatio = 2;

/** What the switch costs beyond that, in words; none where it is within. */
export function networkShortfalls(
  figures: Pick<NetworkFigures, 'throughputRatio' | 'latencyRatio'>,
): readonly string[] {
  const { throughputRatio, latencyRatio } = figures;
  const shortfalls: string[] = [];
  if (!(throughputRatio >= leastThroughputRatio)) {
    const seen = throughputRatio.toFixed(2);
    shortfalls.push(`throughput is ${seen} of a direct link's, ${leastThroughputRatio} at least`);
  }
  if (!(latencyRatio <= mostLatencyRatio)) {
    const seen = latencyRatio.toFixed(2);
    shortfalls.push(`latency is ${seen} times a direct link's, ${mostLatencyRatio} at most`);
  }
  return shortfalls;
}

/** A table with each figure's median, minimum and maximum. */
export function renderNetworkFigures(figures: NetworkFigures): string {
  const { switched, direct, throughputRatio, latencyRatio, samples } = figures;
  const shown = ({ median, min, max }: Spread, digits: number) => {
    return `${median.toFixed(digits)} [${min.toFixed(digits)} to ${max.toFixed(digits)}]`;
  };
  const row = (name: string, { throughput, latency }: WayFigures) => {
    return `  ${name}  ${shown(throughput, 1)} MiB/s, ping ${shown(latency, 2)} ms`;
  };
  return `${[
    `two machines, ${samples} transfers of ${transferMiB} MiB each way in turn`,
    row('through the switch ', switched),
    row('QEMU’s dgram pair  ', direct),
    `  ratio: throughput ${throughputRatio.toFixed(2)}, latency ${latencyRatio.toFixed(2)}`,
  ].join('\n')}\n`;
}
