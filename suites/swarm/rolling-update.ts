/**
 * A service of three replicas is updated one after the other, while it answers.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { machinesOnLan, onAll } from '../support/clusters.js';
import { boxImage, docker } from '../support/docker.js';
import { formSwarm, swarmNeeds, taskPlaces, tasksRun, webCommand } from '../support/swarm.js';

/** `V=…` in the environment of each task of the service that runs on the machine. */
async function versionsOfTasks(machine: Machine): Promise<readonly string[]> {
  const script = `docker ps -q --filter label=com.docker.swarm.service.name=web |
  xargs -r docker inspect --format '{{range .Config.Env}}{{println .}}{{end}}'`;
  const text = check.succeeds(await machine.sh(script), `what runs on ${machine.name}`);
  return text.split('\n').filter((line) => line.startsWith('V='));
}

export default defineSuite({
  id: 'swarm/rolling-update',
  summary: 'A service spreads over the swarm, and is updated without losing its replicas.',
  claims: ['K08', 'F18'],
  tags: ['cluster', 'swarm', 'docker'],
  applies: { needs: swarmNeeds },
  topology: machinesOnLan(3),
  limits: { runMs: 900_000 },
  async run({ machine, machines, network, extra, step }) {
    const manager = machine('machine', 0);
    await formSwarm({ machines, network, extra });
    await step('three replicas, each on a machine of its own', async () => {
      const how = ['--replicas', '3', '--no-resolve-image', '-d', '--name', 'web'];
      await docker(manager, 'service', 'create', ...how, boxImage, ...webCommand);
      await tasksRun(manager, 'web', 3);
      const places = await taskPlaces(manager, 'web');
      check.equal(places, ['machine-0', 'machine-1', 'machine-2'], 'where tasks run');
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
  sleep 1
done`;
      const result = await manager.sh(script, { timeoutMs: 300_000 });
      check.succeeds(result, 'three run until the update is complete');
    });
    await step('every replica is the new one', async () => {
      await tasksRun(manager, 'web', 3);
      const seen = await onAll(machines, versionsOfTasks);
      check.equal(seen.flat(), ['V=2', 'V=2', 'V=2'], 'V of each replica');
    });
    await step('a container that the swarm knows nothing of runs beside them', async () => {
      const said = await docker(manager, 'run', '--rm', boxImage, 'busybox', 'echo', 'ahoy');
      check.equal(said, 'ahoy', 'output of the container');
    });
    await step('a drained machine keeps none', async () => {
      await docker(manager, 'node', 'update', '--availability', 'drain', 'machine-2');
      await tasksRun(manager, 'web', 3);
      const places = await taskPlaces(manager, 'web');
      check.ok(!places.includes('machine-2'), 'nothing runs on the drained machine', places);
    });
  },
});
