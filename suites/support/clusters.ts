/**
 * Machines on a network of their own: topologies, and what suites ask of several machines at once.
 */

import { HarnessError } from '../../harness/base/errors.js';
import type { Machine } from '../../harness/model/machine.js';
import type { ClusterNetwork } from '../../harness/model/network.js';
import {
  type Role,
  role,
  type SegmentRequest,
  type Topology,
} from '../../harness/model/topology.js';
import { check } from './check.js';

/** What a suite with segments needs of the platform. */
export const clusterNeeds = ['segments'];

/**
 * Machines of one role on one segment, `lan`, each with an identity of its own and one processor: together
 * they have more than most hosts, where a virtual one waits for another that the host does not run.
 */
export function machinesOnLan(
  count: number,
  overrides: Partial<Role> = {},
  lan: SegmentRequest = {},
): Topology {
  const machine = role({ count, identity: 'own', segments: ['lan'], vcpus: 1, ...overrides });
  return { roles: { machine }, segments: { lan } };
}

/** Does the same on all machines at once; throws what the first threw that failed. */
export async function onAll<T>(
  machines: readonly Machine[],
  work: (machine: Machine) => Promise<T>,
): Promise<T[]> {
  return await Promise.all(machines.map(work));
}

/** All but this one. Throws NO_OTHER_MACHINE (internal) where the topology has only one. */
export function othersThan(
  one: Machine,
  machines: readonly Machine[],
): readonly [Machine, ...Machine[]] {
  const [first, ...rest] = machines.filter((machine) => machine !== one);
  if (first) return [first, ...rest];
  const problem = `there is no machine but ${one.name}`;
  throw new HarnessError('internal', 'NO_OTHER_MACHINE', problem, { phase: 'suite' });
}

/** Resolves when every machine has its address on the segment: a fork is plugged in as it starts. */
export async function allOnLan(
  machines: readonly Machine[],
  network: ClusterNetwork,
  segment = 'lan',
): Promise<void> {
  await onAll(machines, async (machine) => {
    const { ipv4, ipv6 } = network.station(machine.name, segment);
    const wanted = ipv4 ?? ipv6 ?? '';
    const script = `until ip -o address show | grep -v tentative | grep -qF ' ${wanted}/'; do sleep 0.2; done`;
    const result = await machine.sh(script, { timeoutMs: 60_000 });
    check.succeeds(result, `${machine.name} waits for ${wanted}`);
  });
}

/** Fails unless one machine hears another within a minute: neighbours and tunnels find each other anew. */
export async function mustHear(machine: Machine, address: string, what: string): Promise<void> {
  const script = `for try in $(seq 30); do
  said=$(ping -c 1 -W 2 ${address} 2>&1) && exit 0
done
echo "$said" >&2; exit 1`;
  check.succeeds(await machine.sh(script, { timeoutMs: 120_000 }), what);
}

/** Whether one machine hears another within two seconds, for who expects that it does not. */
export async function hears(machine: Machine, address: string): Promise<boolean> {
  const { status } = await machine.exec(['ping', '-c', '1', '-W', '2', address]);
  return status === 0;
}
