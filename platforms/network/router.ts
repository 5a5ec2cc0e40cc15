/**
 * The way from one segment to another: what has a place is passed on with one hop less, and whoever sent
 * what has none is told. Knows nothing of partitions: the last port decides by the machine that sent.
 */

import type { Station } from '../../harness/model/network.js';
import { fragments, isDivisible, packetLength } from './packets/fragments.js';
import { icmpError, type Refusal } from './packets/icmp-error.js';
import type { NetworkPlan, SegmentPlan } from './plan-network.js';
import { type RoutedPacket, routePacket } from './route-packet.js';
import type { SegmentHost } from './segment-host.js';
import { contains } from './subnets.js';

export interface RouterOptions {
  readonly plan: NetworkPlan;
  readonly hostOf: (segment: string) => SegmentHost | undefined;
}

export class Router {
  readonly #options: RouterOptions;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /** A packet that came to the switch's MAC on a segment, from a machine of it. */
  route(packet: Buffer, from: string, machine: string): void {
    const routed = routePacket(packet);
    if (!routed) return;
    const refusal = this.#pass(routed, from, machine);
    if (refusal) this.#refuse(routed, from, refusal);
  }

  /** Undefined where it is on its way, or nobody is to be told. */
  #pass(routed: RoutedPacket, from: string, machine: string): Refusal | undefined {
    const { destination, bytes, isExpired } = routed;
    if (isExpired) return { kind: 'expired' };
    const target = this.#segmentOf(destination);
    if (!target) return { kind: 'no-network' };
    // Stations of one segment need no router.
    if (target.name === from) return undefined;
    const { mtu } = target;
    const isLarge = packetLength(bytes) > mtu;
    if (isLarge && !isDivisible(bytes)) return { kind: 'too-big', mtu };
    const packets = isLarge ? fragments(bytes, mtu) : [bytes];
    const mail = { address: destination, packets, sender: machine };
    const host = this.#options.hostOf(target.name);
    return host?.post(mail, this.#stationAt(destination)?.mac) === false
      ? { kind: 'no-host' }
      : undefined;
  }

  #refuse({ bytes, source }: RoutedPacket, from: string, refusal: Refusal): void {
    const host = this.#options.hostOf(from);
    const own = source.includes(':') ? host?.segment.ipv6 : host?.segment.ipv4;
    const mac = host?.neighbour(source) ?? this.#stationAt(source)?.mac;
    const said = own && icmpError(bytes, own.address, refusal);
    if (said && mac !== undefined) host?.send(said, mac);
  }

  #segmentOf(address: string): SegmentPlan | undefined {
    return this.#options.plan.segments.find(({ ipv4, ipv6 }) => {
      return [ipv4, ipv6].some((network) => network && contains(network, address));
    });
  }

  #stationAt(address: string): Station | undefined {
    const { stations } = this.#options.plan;
    return stations.find(({ ipv4, ipv6 }) => ipv4 === address || ipv6 === address);
  }
}
