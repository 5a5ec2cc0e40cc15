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

/** systemd's words for a unit's jobs (systemd, sd-messages.h). */
const unitStarted = '39f53479d3a045ac8e11786248231fbf';
const unitStopping = 'de5b426a63be47a7b6ac3eaac82e2f6f';

/** A moment from which a unit serves, or does not any more; in microseconds since 1970. */
export interface UnitChange {
  readonly at: number;
  readonly serves: boolean;
}

/**
 * When the etcd of each machine did not serve although it had before: longer than the machine was away,
 * for it serves only when it has found the others again.
 */
export async function memberAbsences(
  machines: readonly Machine[],
  away: readonly Absence[],
): Promise<readonly Absence[]> {
  const which = [unitStarted, unitStopping].map((id) => `MESSAGE_ID=${id}`);
  const fields = '--output-fields=MESSAGE_ID,__REALTIME_TIMESTAMP';
  const query = ['--output=json', fields, 'UNIT=etcd.service', ...which];
  const seen = await onAll(machines, async (machine) => {
    const text = await machine.output(['journalctl', ...query], { sudo: true });
    const own = away.filter((one) => one.machine === machine.name);
    const ends = own.map(({ from }) => ({ at: from, serves: false }));
    return silencesOf(machine.name, [...unitChanges(text), ...ends]);
  });
  return seen.flat();
}

/** From what `journalctl --output=json` says of a unit's jobs. */
export function unitChanges(text: string): readonly UnitChange[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const entry = JSON.parse(line) as Readonly<Record<string, string>>;
      const serves = entry['MESSAGE_ID'] === unitStarted;
      return { at: Number(entry['__REALTIME_TIMESTAMP']), serves };
    });
}

/** From each first moment without service to the next with it; none before the first. */
export function silencesOf(machine: string, changes: readonly UnitChange[]): readonly Absence[] {
  const seen: Absence[] = [];
  let from: number | undefined;
  let isKnown = false;
  for (const { at, serves } of [...changes].sort((a, b) => a.at - b.at)) {
    if (serves && from !== undefined) seen.push({ machine, from, until: at });
    if (serves) from = undefined;
    else if (isKnown) from ??= at;
    isKnown ||= serves;
  }
  return seen;
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

/** The time of the network's last event, in its own milliseconds. */
export async function lastEventMs(network: ClusterNetwork): Promise<number> {
  return (await network.events()).at(-1)?.atMs ?? 0;
}

/** By their times: a network that was asked much has forgotten its first events. */
export async function eventsAfter(
  network: ClusterNetwork,
  ms: number,
): Promise<readonly NetworkEvent[]> {
  return (await network.events()).filter(({ atMs }) => atMs > ms);
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
