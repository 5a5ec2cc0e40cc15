/**
 * One segment put together: its switch, the switch's own station with its servers, its capture.
 */

import type { NetworkEvent, Station } from '../../harness/model/network.js';
import { CaptureFile } from './capture-file.js';
import { isOutside } from './outside.js';
import { answerNtp } from './packets/ntp.js';
import { metadataAddress, type NetworkPlan, type SegmentPlan } from './plan-network.js';
import {
  type DatagramAnswer,
  type DatagramServer,
  SegmentHost,
  type SegmentHostOptions,
} from './segment-host.js';
import type { StoredArtifact } from './servers/artifact-server.js';
import { DhcpServer, type Route } from './servers/dhcp-server.js';
import { NameServer } from './servers/name-server.js';
import { OutsideNames, type Resolve } from './servers/outside-names.js';
import { type Dial, tcpServers } from './servers/tcp-servers.js';
import { type FrameListener, type Port, Switch, type SwitchCounters } from './switch.js';

/** An event without its time. */
export type Happening = NetworkEvent extends infer E
  ? E extends NetworkEvent
    ? Omit<E, 'atMs'>
    : never
  : never;

export interface SegmentOptions {
  readonly plan: NetworkPlan;
  readonly segment: SegmentPlan;
  /** Undefined where nothing is kept. */
  readonly captureFile: string | undefined;
  /** What a segment serves, by its name. */
  readonly artifactsOf: (segment: string) => readonly StoredArtifact[];
  readonly dial: Dial | undefined;
  readonly resolve: Resolve | undefined;
  readonly onEvent: (event: Happening) => void;
  /** A packet for another segment, from a machine of this one. */
  readonly onForeign: (packet: Buffer, sender: string) => void;
}

/** Ports of UDP (IANA). */
const ports = { dns: 53, dhcpServer: 67, ntp: 123 } as const;

const captureLimitBytes = 32 * 1024 * 1024;
/** Stations ask when they come up; this is for those that missed the answer. */
const advertiseEveryMs = 30_000;

export class Segment {
  readonly host: SegmentHost;
  readonly #switch: Switch;
  readonly #capture: CaptureFile | undefined;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(options: SegmentOptions) {
    const { segment, captureFile, onForeign } = options;
    const { name } = segment;
    this.#capture = captureFile
      ? new CaptureFile({ file: captureFile, name, limitBytes: captureLimitBytes })
      : undefined;
    const keep: FrameListener = (frame, keptOut) => this.#capture?.write(frame, keptOut);
    this.#switch = new Switch(this.#capture && keep, segment.mtu);
    this.host = new SegmentHost({
      segment,
      servers: serversOf(options),
      serverOf: serverOf(options),
      aliases: aliasesOf(options),
      isOutside: (address) => segment.gateway && isOutside(options.plan, address),
      isRouter: options.plan.segments.length > 1,
      onForeign,
      transmit: (frame, sender) => this.#switch.receive(frame, this.host, sender),
    });
    this.#switch.add(this.host);
    if (segment.ipv6) this.#timer = setInterval(() => this.host.advertise(), advertiseEveryMs);
  }

  get counters(): SwitchCounters {
    return this.#switch.counters;
  }

  add(port: Port): void {
    this.#switch.add(port);
  }

  /** Whoever was behind the port is not any more. */
  forget(port: Port): void {
    this.#switch.forget(port);
  }

  receive(frame: Buffer, from: Port): void {
    this.#switch.receive(frame, from);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.host.close();
    await this.#capture?.close();
  }
}

/** The metadata's, and the switch's on other segments: whichever is asked, it is the same switch. */
function aliasesOf({ plan, segment }: SegmentOptions): readonly string[] {
  const others = plan.segments.filter((one) => one !== segment).flatMap(ownAddresses);
  return [...(segment.ipv4 && segment.metadata ? [metadataAddress] : []), ...others];
}

function ownAddresses({ ipv4, ipv6 }: SegmentPlan): readonly string[] {
  return [ipv4, ipv6].flatMap((network) => network?.address ?? []);
}

/** At the switch's address on another segment is what that one serves. */
function serverOf(options: SegmentOptions): SegmentHostOptions['serverOf'] {
  const { plan, segment, artifactsOf, dial } = options;
  const of = (one: SegmentPlan) => {
    return tcpServers({ plan, segment: one, artifacts: artifactsOf(one.name), dial });
  };
  const own = of(segment);
  const others = plan.segments
    .filter((one) => one !== segment)
    .flatMap((one) => {
      const server = of(one);
      return ownAddresses(one).map((address) => [address, server] as const);
    });
  const byAddress = new Map(others);
  return (target) => (byAddress.get(target.address) ?? own)(target);
}

function serversOf(options: SegmentOptions): Record<number, DatagramServer> {
  const { plan, segment, onEvent } = options;
  const dhcp = new DhcpServer({
    segment,
    stations: plan.stations.filter((station) => station.segment === segment.name),
    routes: routesFrom(plan, segment),
    onLease: (machine, message) => {
      onEvent({ kind: 'lease', machine, segment: segment.name, message });
    },
  });
  const names = new NameServer({
    plan,
    onQuestion: (question, type, found) => onEvent({ kind: 'name', question, type, found }),
  });
  const outside = new OutsideNames(options.resolve);
  return {
    [ports.dhcpServer]: (data) => dhcp.answer(data),
    [ports.dns]: (data) => {
      return segment.gateway ? askOutside(names, outside, data) : wrap(names.answer(data));
    },
    [ports.ntp]: (data, { source }) => {
      onEvent({ kind: 'time', client: nameOf(plan.stations, source) });
      return wrap(answerNtp(data, Date.now()));
    },
  };
}

/** What the host can't resolve stays unknown, which is the answer. */
async function askOutside(
  names: NameServer,
  outside: OutsideNames,
  data: Buffer,
): Promise<DatagramAnswer | undefined> {
  const name = names.unknownName(data);
  if (name !== undefined) {
    const found = await outside.find(name);
    if (!found) return undefined;
    names.learn(name, found);
  }
  return wrap(names.answer(data));
}

function wrap(data: Buffer | undefined): { data: Buffer } | undefined {
  return data && { data };
}

/** What is behind the switch: the other segments, the metadata, and the rest by a gateway. */
function routesFrom({ segments }: NetworkPlan, own: SegmentPlan): Route[] {
  return [
    ...segments.flatMap(({ ipv4 }, n) => (ipv4 && segments[n] !== own ? [ipv4] : [])),
    ...(own.metadata ? [{ network: metadataAddress, prefixLength: 32 }] : []),
    ...(own.gateway ? [{ network: '0.0.0.0', prefixLength: 0 }] : []),
  ];
}

/** A machine's name, or the address of one that has another than planned. */
function nameOf(stations: readonly Station[], address: string): string {
  return (
    stations.find(({ ipv4, ipv6 }) => ipv4 === address || ipv6 === address)?.machine ?? address
  );
}
