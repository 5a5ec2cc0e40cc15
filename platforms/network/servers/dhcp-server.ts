/**
 * Gives each machine of a segment its own address, always the same, known before it boots.
 */

import type { NetworkEvent, Station } from '../../../harness/model/network.js';
import { type DhcpLease, type DhcpRequest, encodeDhcp, parseDhcp } from '../packets/dhcp.js';
import { domain, type SegmentPlan } from '../plan-network.js';

export type LeaseMessage = Extract<NetworkEvent, { kind: 'lease' }>['message'];

const leaseSeconds = 3600;

/** An answer, and to whom: a broadcast unless the client has an address. */
export interface DhcpAnswer {
  readonly data: Buffer;
  readonly destination: string;
}

export type Route = DhcpLease['routes'][number];

export interface DhcpServerOptions {
  readonly segment: SegmentPlan;
  readonly stations: readonly Station[];
  /** What is behind the switch. */
  readonly routes: readonly Route[];
  readonly onLease: (machine: string, message: LeaseMessage) => void;
}

export class DhcpServer {
  readonly #options: DhcpServerOptions;
  readonly #stations: ReadonlyMap<string, Station>;

  constructor(options: DhcpServerOptions) {
    this.#options = options;
    this.#stations = new Map(options.stations.map((station) => [station.mac, station]));
  }

  /** Undefined where nothing is to be said: a stranger, or a message that wants no answer. */
  answer(data: Buffer): DhcpAnswer | undefined {
    const request = parseDhcp(data);
    const station = request && this.#stations.get(request.mac);
    if (!request || station?.ipv4 === undefined) return undefined;
    const { type } = request;
    if (type !== 'discover' && type !== 'request' && type !== 'release' && type !== 'inform') {
      return undefined;
    }
    this.#options.onLease(station.machine, type);
    if (type === 'release') return undefined;
    return this.#reply(request, station.ipv4, station.machine);
  }

  #reply(request: DhcpRequest, address: string, machine: string): DhcpAnswer | undefined {
    const server = this.#options.segment.ipv4?.address;
    if (server === undefined) return undefined;
    // A client that has chosen another server's offer.
    if (request.server !== undefined && request.server !== server) return undefined;
    const lease = this.#lease(address, server, machine);
    const asked = request.requestedAddress ?? request.clientAddress;
    const isWrong = request.type === 'request' && asked !== address;
    if (isWrong) return broadcast(encodeDhcp(request, server, { type: 'nak' }));
    const type = request.type === 'discover' ? 'offer' : 'ack';
    const data = encodeDhcp(request, server, { type, lease });
    const known = request.clientAddress !== '0.0.0.0';
    return known ? { data, destination: request.clientAddress } : broadcast(data);
  }

  #lease(address: string, server: string, machine: string): DhcpLease {
    const { segment, routes } = this.#options;
    return {
      address,
      prefixLength: segment.ipv4?.prefixLength ?? 0,
      leaseSeconds,
      hostName: machine,
      domainName: domain,
      mtu: segment.mtu,
      dnsServer: server,
      ntpServer: server,
      routes,
    };
  }
}

function broadcast(data: Buffer): DhcpAnswer {
  return { data, destination: '255.255.255.255' };
}
