/**
 * One segment put together: its switch, the switch's own station with its servers, its capture.
 */

import type { NetworkEvent, Station } from '../../harness/model/network.js';
import { CaptureFile } from './capture-file.js';
import { answerNtp } from './packets/ntp.js';
import type { NetworkPlan, SegmentNetwork, SegmentPlan } from './plan-network.js';
import { type DatagramServer, SegmentHost } from './segment-host.js';
import { DhcpServer } from './servers/dhcp-server.js';
import { NameServer } from './servers/name-server.js';
import { type Port, Switch, type SwitchCounters } from './switch.js';

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
  readonly onEvent: (event: Happening) => void;
  /** A packet for another segment, from a station of this one. */
  readonly onForeign: (packet: Buffer) => void;
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
    this.#switch = new Switch((frame) => this.#capture?.write(frame), segment.mtu);
    this.host = new SegmentHost({
      segment,
      servers: serversOf(options),
      isRouter: options.plan.segments.length > 1,
      onForeign,
      transmit: (frame) => this.#switch.receive(frame, this.host),
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

  receive(frame: Buffer, from: Port): void {
    this.#switch.receive(frame, from);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#capture?.close();
  }
}

function serversOf({ plan, segment, onEvent }: SegmentOptions): Record<number, DatagramServer> {
  const dhcp = new DhcpServer({
    segment,
    stations: plan.stations.filter((station) => station.segment === segment.name),
    routes: otherNetworks(plan, segment),
    onLease: (machine, message) => {
      onEvent({ kind: 'lease', machine, segment: segment.name, message });
    },
  });
  const names = new NameServer({
    plan,
    onQuestion: (question, type, found) => onEvent({ kind: 'name', question, type, found }),
  });
  return {
    [ports.dhcpServer]: (data) => dhcp.answer(data),
    [ports.dns]: (data) => wrap(names.answer(data)),
    [ports.ntp]: (data, { source }) => {
      onEvent({ kind: 'time', client: nameOf(plan.stations, source) });
      return wrap(answerNtp(data, Date.now()));
    },
  };
}

function wrap(data: Buffer | undefined): { data: Buffer } | undefined {
  return data && { data };
}

function otherNetworks({ segments }: NetworkPlan, own: SegmentPlan): SegmentNetwork[] {
  return segments.flatMap(({ ipv4 }, n) => (ipv4 && segments[n] !== own ? [ipv4] : []));
}

/** A machine's name, or the address of one that has another than planned. */
function nameOf(stations: readonly Station[], address: string): string {
  return (
    stations.find(({ ipv4, ipv6 }) => ipv4 === address || ipv6 === address)?.machine ?? address
  );
}
