/**
 * A service of three replicas is updated one after the other, while it answers.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { machinesOnLan, onAll } from '../support/clusters.js';
import { boxImage, docker } from '../support/docker.js';
import {
  formSwarm,
  swarmNeeds,
  taskPlaces,
  tasksRun,
  tasksRunElsewhere,
  webCommand,
  webPort,
} from '../support/swarm.js';

/**
 * Shell words that fail unless the service answers at each of the addresses. A task is asked from the
 * moment it runs, before its server listens: it gets some seconds.
 */
function answersAt(addresses: readonly string[]): string {
  const ask = 'curl -sf --retry 8 --retry-all-errors --retry-delay 1 --max-time 10';
  return `for at in ${addresses.join(' ')}; do
  name=$(${ask} "http://$at:${webPort}/") || { echo "no answer at $at"; exit 1; }
  [ -n "$name" ] || { echo "an empty answer at $at"; exit 1; }
done`;
}

/** `V=…` in the environment of each task of the service that runs on the machine. */
async function versionsOfTasks(machine: Machine): Promise<readonly string[]> {
  const script = `docker ps -q --filter label=com.docker.swarm.service.name=web |
  xargs -r docker inspect --format '{{range .Config.Env}}{{println .}}{{end}}'`;
  const text = check.succeeds(await machine.sh(script), `what runs on ${machine.name}`);
  return text.split('\n').filter((line) => line.startsWith('V='));
}

export default defineSuite({
  id: 'swarm/rolling-update',
  summary: 'A service spreads over the swarm, and answers while it is updated one by one.',
  claims: ['K08', 'F18'],
  tags: ['cluster', 'swarm', 'docker'],
  applies: { needs: swarmNeeds },
  topology: machinesOnLan(3),
  limits: { runMs: 900_000 },
  async run({ machine, machines, network, extra, step }) {
    const manager = machine('machine', 0);
    const addresses = machines.map(({ name }) => network.station(name).ipv4 ?? '');
    const mustAnswer = async () => {
      const result = await manager.sh(answersAt(addresses), { timeoutMs: 180_000 });
      check.succeeds(result, 'the service answers at each machine');
    };
    await formSwarm({ machines, network, extra });
    await step('three replicas, each on a machine of its own', async () => {
      const publish = ['--publish', `${webPort}:8080`];
      const how = ['--replicas', '3', '--no-resolve-image', '-d', '--name', 'web', ...publish];
      await docker(manager, 'service', 'create', ...how, boxImage, ...webCommand);
      await tasksRun(manager, 'web', 3);
      const places = await taskPlaces(manager, 'web');
      check.equal(places, ['machine-0', 'machine-1', 'machine-2'], 'where tasks run');
      await mustAnswer();
    });
    await step('updated one by one', async () => {
      const how = [
        '--update-parallelism',
        '1',
        '--update-order',
        'start-first',
        '--env-add',
        'V=2',
      ];
      await docker(manager, 'service', 'update', '-d', '--no-resolve-image', ...how, 'web');
      const state = ['service', 'inspect', '--format', '{{.UpdateStatus.State}}', 'web'] as const;
      const script = `until [ "$(docker ${state.map((word) => `'${word}'`).join(' ')})" = completed ]; do
  running=$(docker service ls --format '{{.Replicas}}')
  [ "\${running%/*}" -ge 3 ] || { echo "only $running"; exit 1; }
  ${answersAt(addresses)}
  sleep 1
done`;
      const result = await manager.sh(script, { timeoutMs: 300_000 });
      check.succeeds(result, 'three run, and answer, until the update is complete');
    });
    await step('every replica is the new one', async () => {
      await tasksRun(manager, 'web', 3);
      const seen = await onAll(machines, versionsOfTasks);
      check.equal(seen.flat(), ['V=2', 'V=2', 'V=2'], 'V of each replica');
      await mustAnswer();
    });
    await step('a container that the swarm knows nothing of runs beside them', async () => {
      const said = await docker(manager, 'run', '--rm', boxImage, 'busybox', 'echo', 'ahoy');
      check.equal(said, 'ahoy', 'output of the container');
    });
    await step('a drained machine keeps none, and the others run all', async () => {
      const drained = machine('machine', 2);
      await docker(manager, 'node', 'update', '--availability', 'drain', drained.name);
      await tasksRunElsewhere(manager, 'web', drained, 3);
      const places = await taskPlaces(manager, 'web');
      check.equal(places.length, 3, 'tasks that run');
      check.ok(!places.includes(drained.name), 'nothing runs on the drained machine', places);
      await mustAnswer();
    });
  },
});
