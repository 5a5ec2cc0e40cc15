/**
 * Clusters of an etcd that are updated under their feet: each machine updates itself and reboots when
 * it gets the lock.
 */

import type { Machine } from '../../harness/model/machine.js';
import type { ClusterNetwork, NetworkEvent } from '../../harness/model/network.js';
import { role, type Topology } from '../../harness/model/topology.js';
import type { UpdateRelease } from '../../harness/model/updates.js';
import { onAll } from './clusters.js';
import { etcdCluster, etcdNeeds } from './etcd.js';
import { checkForUpdate, configureUpdates, installMs, updateConf, updateNeeds } from './updates.js';

export const rollingNeeds = [...etcdNeeds, ...updateNeeds, 'locksmith'];

const files = `    - path: ${updateConf}
      overwrite: true
      contents:
        inline: |
          GROUP=alpha
          SERVER=disabled
          REBOOT_STRATEGY=off
`;

const units = `    - name: update-engine.service
      mask: false
    - name: locksmithd.service
      mask: false
`;

/** Members with an update server each, and a client beside them: one machine of the role `client`. */
export function updatableEtcdCluster(count: number): Topology {
  const services = [{ kind: 'omaha', address: '10.0.2.100', port: 80 }] as const;
  const cluster = etcdCluster(count, { memoryMiB: 1024, services }, { files, units });
  const client = role({ identity: 'own', segments: ['lan'], memoryMiB: 512, vcpus: 1 });
  return { ...cluster, roles: { ...cluster.roles, client } };
}

/** Where the client reaches the members. */
export function memberUrls(members: readonly Machine[], network: ClusterNetwork): string[] {
  return members.map(({ name }) => `http://${network.station(name).ipv4}:2379`);
}

/** From now on the machines update themselves to the release, and reboot one at a time. */
export async function rollTo(machines: readonly Machine[], release: UpdateRelease): Promise<void> {
  await onAll(machines, async (machine) => {
    await configureUpdates(machine, { REBOOT_STRATEGY: 'etcd-lock' });
    await machine.output(['systemctl', 'restart', 'locksmithd'], {
      sudo: true,
      timeoutMs: 120_000,
    });
    machine.updateServer().offer(release);
    await checkForUpdate(machine);
    machine.disconnect();
  });
}

/** Resolves when a machine has told its server that the update is installed. */
export async function installed(machine: Machine): Promise<void> {
  const isDone = (type: number, result?: number) => type === 3 && result === 1;
  await machine
    .updateServer()
    .waitFor(
      'the report that the update is installed',
      (message) => message.kind === 'event' && isDone(message.event.type, message.event.result),
      { timeoutMs: 3 * installMs },
    );
}

/** From a machine's last word to its first after it was away, in microseconds since 1970. */
export interface Absence {
  readonly machine: string;
  readonly from: number;
  readonly until: number;
}

interface Boot {
  readonly first_entry: number;
  readonly last_entry: number;
}

/** When machines were away, by their own journals in microseconds: their clocks are the network's. */
export async function absences(machines: readonly Machine[]): Promise<readonly Absence[]> {
  const argv = ['journalctl', '--list-boots', '--output=json'] as const;
  const seen = await onAll(machines, async (machine) => {
    const boots = JSON.parse(await machine.output(argv, { sudo: true })) as readonly Boot[];
    return boots.slice(1).map((boot, n) => {
      const from = boots[n]?.last_entry ?? 0;
      return { machine: machine.name, from, until: boot.first_entry };
    });
  });
  return seen.flat();
}

/** The machines that have asked for an address: those that came up, as the network sees it. */
export function arrivals(
  events: readonly NetworkEvent[],
  machines: readonly Machine[],
): readonly string[] {
  const came = events.flatMap((event) => {
    return event.kind === 'lease' && event.message === 'discover' ? event.machine : [];
  });
  return machines.map(({ name }) => name).filter((name) => came.includes(name));
}

/** The longest time without one of these moments between the first and the last. */
export function longestSilence(moments: readonly number[]): number {
  return moments.slice(1).reduce((most, at, n) => Math.max(most, at - (moments[n] ?? at)), 0);
}

/** Pairs of machines that were away at one time. */
export function overlaps(seen: readonly Absence[]): readonly string[] {
  return seen.flatMap((a, n) => {
    const others = seen.slice(n + 1).filter((b) => b.machine !== a.machine);
    const at = others.filter((b) => a.from < b.until && b.from < a.until);
    return at.map((b) => `${a.machine} and ${b.machine}`);
  });
}
