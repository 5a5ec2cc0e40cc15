/**
 * From the segments that a topology asks for to who is where: subnets, addresses, MACs. Pure, so
 * everything is known before anything starts.
 */

import ipaddr from 'ipaddr.js';
import { UsageError } from '../../harness/base/errors.js';
import type { FaultStep, Station } from '../../harness/model/network.js';
import type { SegmentRequest, Topology } from '../../harness/model/topology.js';
import { networksOfNics } from './check-nics.js';
import { checkStep } from './check-step.js';
import type { MacAddress } from './mac-address.js';
import { addressText, eui64Address } from './packets/addresses.js';
import {
  management,
  type NamedNetwork,
  parseNetwork,
  refuseOverlap,
  type SegmentNetwork,
} from './subnets.js';

/** The domain of all names on the network; `.test` is nobody's (RFC 6761). */
export const domain = 'switchyard.test';

/** Where clouds tell a machine about itself: link-local, so that no network has it. */
export const metadataAddress = '169.254.169.254';

export interface SegmentPlan {
  readonly name: string;
  /** The switch's own. */
  readonly mac: MacAddress;
  readonly mtu: number;
  readonly ipv4: SegmentNetwork | undefined;
  readonly ipv6: SegmentNetwork | undefined;
  readonly artifacts: NonNullable<SegmentRequest['artifacts']>;
  /** Undefined where nothing is at the address. */
  readonly metadata: SegmentRequest['metadata'];
  readonly gateway: boolean;
}

export interface NetworkPlan {
  /** Of all machines, those without segments too. */
  readonly roles: readonly string[];
  readonly segments: readonly SegmentPlan[];
  readonly stations: readonly Station[];
  /** What the suite has prepared to happen to the network; all of it can. */
  readonly schedule: readonly FaultStep[];
}

/** Where machines begin in an IPv4 subnet; the addresses below are the switch's and suites' own. */
const firstHost = 10;
/** Leaves room for five of them. */
const narrowest = 28;
const mostSegments = 16;
/** RFC 8200, section 5: Linux has no IPv6 on a NIC with less. */
const leastMtuOfIpv6 = 1280;

/**
 * Throws UNKNOWN_SEGMENT, BAD_SUBNET, SUBNETS_OVERLAP, BAD_MAC, BAD_FORWARD, TOO_MANY_MACHINES,
 * TOO_MANY_SEGMENTS, BAD_MTU, BAD_METADATA, UNKNOWN_LINK, AMBIGUOUS_LINK, BAD_FAULT (usage).
 */
export function planNetwork({ roles, segments = {}, schedule = [] }: Topology): NetworkPlan {
  const names = Object.keys(segments);
  if (names.length > mostSegments) {
    const message = `${names.length} segments; a network has ${mostSegments} at most`;
    throw new UsageError('TOO_MANY_SEGMENTS', message);
  }
  const plans = Object.entries(segments).map(([name, request], n) => planSegment(name, request, n));
  for (const plan of plans) refuseContradiction(plan);
  refuseOverlap(plans.flatMap(networksOf), [management, ...networksOfNics(roles)]);
  const counts = new Map<string, number>();
  const stations: Station[] = [];
  for (const [role, { count, segments: wanted }] of Object.entries(roles)) {
    for (let index = 0; index < count; index += 1) {
      for (const name of wanted) {
        const segment = findSegment(plans, name, role);
        const n = counts.get(name) ?? 0;
        counts.set(name, n + 1);
        stations.push(planStation(segment, `${role}-${index}`, plans.indexOf(segment), n));
      }
    }
  }
  for (const step of schedule) checkStep(step, stations);
  return { roles: Object.keys(roles), segments: plans, stations, schedule };
}

function planSegment(name: string, request: SegmentRequest, n: number): SegmentPlan {
  const { subnet6, mtu = 1500, artifacts = {}, metadata, gateway = false } = request;
  const owner = `segment ${name}`;
  const subnet = request.subnet ?? (subnet6 === undefined ? `10.80.${n}.0/24` : undefined);
  return {
    name,
    mac: macOf(n, 0xfffe),
    mtu,
    ipv4:
      subnet === undefined ? undefined : parseNetwork(subnet, { kind: 'ipv4', owner, narrowest }),
    ipv6:
      subnet6 === undefined ? undefined : parseNetwork(subnet6, { kind: 'ipv6', owner, narrowest }),
    artifacts,
    metadata,
    gateway,
  };
}

function refuseContradiction({ name, mtu, ipv4, ipv6, metadata }: SegmentPlan): void {
  if (ipv6 && mtu < leastMtuOfIpv6) {
    const message = `segment ${name}: mtu ${mtu} is below ${leastMtuOfIpv6}, which IPv6 needs`;
    throw new UsageError('BAD_MTU', message);
  }
  if (!metadata || ipv4) return;
  const message = `segment ${name}: metadata is at an address of IPv4; give it a subnet too`;
  throw new UsageError('BAD_METADATA', message);
}

function networksOf({ name, ipv4, ipv6 }: SegmentPlan): NamedNetwork[] {
  return [ipv4, ipv6].flatMap((one) => (one ? [{ owner: `segment ${name}`, ...one }] : []));
}

function findSegment(plans: readonly SegmentPlan[], name: string, role: string): SegmentPlan {
  const found = plans.find((plan) => plan.name === name);
  if (found) return found;
  const known = plans.map((plan) => plan.name).join(', ') || 'none';
  const message = `role ${role} is on segment ${name}, which the topology lacks; it has ${known}`;
  throw new UsageError('UNKNOWN_SEGMENT', message);
}

function planStation(segment: SegmentPlan, machine: string, number: number, n: number): Station {
  const { name, ipv4, ipv6 } = segment;
  const mac = macOf(number, n);
  return {
    machine,
    segment: name,
    mac,
    ...(ipv4 && { ipv4: hostAddress(segment, ipv4, n) }),
    ...(ipv6 && { ipv6: eui64Address(ipv6.network, mac) }),
  };
}

/** The last address of a network is its broadcast. */
function hostAddress({ name }: SegmentPlan, ipv4: SegmentNetwork, n: number): string {
  const { network, prefixLength } = ipv4;
  const places = 2 ** (32 - prefixLength) - firstHost - 1;
  if (n >= places) {
    const message = `segment ${name}: ${network}/${prefixLength} has room for ${places} machines`;
    throw new UsageError('TOO_MANY_MACHINES', message);
  }
  const bytes = Buffer.from(ipaddr.parse(network).toByteArray());
  bytes.writeUInt32BE(bytes.readUInt32BE() + firstHost + n);
  return addressText(bytes);
}

/** 52:54:00 is QEMU's own prefix; the management NICs are at 5a, above all segments. */
function macOf(segment: number, n: number): MacAddress {
  const parts = [0x52, 0x54, 0, segment, n >> 8, n & 255];
  return parts.map((part) => part.toString(16).padStart(2, '0')).join(':');
}
