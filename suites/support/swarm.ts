/**
 * A docker swarm out of the machines of a cluster, and how its services stand.
 */

import type { Machine } from '../../harness/model/machine.js';
import type { SuiteContext } from '../../harness/model/suite.js';
import { check } from './check.js';
import { allOnLan, clusterNeeds, onAll } from './clusters.js';
import { boxNeeds, buildBox, docker } from './docker.js';

export const swarmNeeds = [...clusterNeeds, ...boxNeeds];

/** Where the swarm serves it, on every machine. */
export const webPort = 8080;

/** What a task runs that answers HTTP with the name of its container. */
export const webCommand = [
  'sh',
  '-c',
  'mkdir -p /w && cat /etc/hostname > /w/index.html && exec httpd -f -p 8080 -h /w',
] as const;

/** The first machine leads, `managers` of them manage, the others work. All have the box image. */
export async function formSwarm(
  { machines, network, extra }: Pick<SuiteContext, 'machines' | 'network' | 'extra'>,
  managers = 1,
): Promise<void> {
  await allOnLan(machines, network);
  await onAll(machines, async (machine) => await buildBox({ extra }, machine));
  const [first, ...others] = machines;
  if (!first) return;
  const address = (machine: Machine) => network.station(machine.name).ipv4 ?? '';
  await docker(first, 'swarm', 'init', '--advertise-addr', address(first));
  const token = async (role: string) => await docker(first, 'swarm', 'join-token', '-q', role);
  const [manager, worker] = [await token('manager'), await token('worker')];
  for (const [n, machine] of others.entries()) {
    const secret = n + 1 < managers ? manager : worker;
    const own = ['--advertise-addr', address(machine)];
    await docker(machine, 'swarm', 'join', '--token', secret, ...own, `${address(first)}:2377`);
  }
  // Tasks go to those that are ready as they are made.
  const ready = machines.map(({ name }) => `${name}=Ready\\ `).sort();
  const nodes = ['node', 'ls', '--format', '{{.Hostname}}={{.Status}}'];
  await swarmShows(first, nodes, ready.join(''));
}

/** Resolves when what docker prints is what is wanted. Throws with the last that it printed. */
export async function swarmShows(
  machine: Machine,
  argv: readonly string[],
  wanted: string,
  seconds = 180,
): Promise<void> {
  const shown = argv.map((word) => `'${word}'`).join(' ');
  const script = `for n in $(seq ${seconds}); do
  seen=$(docker ${shown} 2>&1 | sort | tr '\\n' ' ')
  case "$seen" in ${wanted}) exit 0 ;; esac
  sleep 1
done
echo "$seen"; exit 1`;
  const result = await machine.sh(script, { timeoutMs: (seconds + 60) * 1_000 });
  check.succeeds(result, `docker ${argv.slice(0, 2).join(' ')} shows ${wanted}`);
}

/** Resolves when so many tasks of a service run. */
export async function tasksRun(machine: Machine, service: string, count: number): Promise<void> {
  const argv = ['service', 'ls', '--format', '{{.Name}}={{.Replicas}}'];
  await swarmShows(machine, argv, `*${service}=${count}/${count}\\ *`);
}

/** Resolves when so many tasks of a service run on other machines than this one. */
export async function tasksRunElsewhere(
  manager: Machine,
  service: string,
  machine: Machine,
  count: number,
): Promise<void> {
  const argv = `service ps ${service} --filter desired-state=running --format '{{.Node}} {{.CurrentState}}'`;
  const script = `until [ "$(docker ${argv} | grep -v '^${machine.name} ' | grep -c Running)" = ${count} ]; do
  sleep 1
done`;
  const result = await manager.sh(script, { timeoutMs: 180_000 });
  check.succeeds(result, `${count} tasks elsewhere than on ${machine.name}`);
}

/** The machines on which tasks of a service run now, sorted, each as often as it runs one. */
export async function taskPlaces(machine: Machine, service: string): Promise<readonly string[]> {
  const filter = ['--filter', 'desired-state=running', '--format', '{{.Node}} {{.CurrentState}}'];
  const lines = (await docker(machine, 'service', 'ps', service, ...filter)).split('\n');
  const running = lines.filter((line) => line.includes('Running'));
  return running.map((line) => line.split(' ')[0] ?? '').sort();
}
