/**
 * A worker dies: what ran there runs elsewhere.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { machinesOnLan } from '../support/clusters.js';
import { boxImage, docker } from '../support/docker.js';
import {
  formSwarm,
  swarmNeeds,
  swarmShows,
  taskPlaces,
  tasksRun,
  tasksRunElsewhere,
  webCommand,
} from '../support/swarm.js';

export default defineSuite({
  id: 'swarm/worker-lost',
  summary: 'When a worker is lost its tasks are started on the machines that are left.',
  claims: ['K07'],
  tags: ['cluster', 'swarm', 'docker'],
  applies: { needs: swarmNeeds },
  topology: machinesOnLan(3),
  limits: { runMs: 900_000 },
  async run({ machine, machines, network, extra, step }) {
    const [manager, worker] = [machine('machine', 0), machine('machine', 2)];
    await formSwarm({ machines, network, extra });
    await step('one task on each machine', async () => {
      const how = ['--replicas', '3', '--no-resolve-image', '-d', '--name', 'web'];
      await docker(manager, 'service', 'create', ...how, boxImage, ...webCommand);
      await tasksRun(manager, 'web', 3);
      const places = (await taskPlaces(manager, 'web')).join(' ');
      check.equal(places, 'machine-0 machine-1 machine-2', 'where the tasks run');
    });
    await step('a worker is lost, and the swarm sees it', async () => {
      await worker.kill();
      const argv = ['node', 'ls', '--format', '{{.Hostname}}={{.Status}}'];
      await swarmShows(manager, argv, '*machine-2=Down*');
    });
    await step('its task runs elsewhere', async () => {
      await tasksRun(manager, 'web', 3);
      await tasksRunElsewhere(manager, 'web', worker, 3);
      const places = (await taskPlaces(manager, 'web')).filter((place) => place !== 'machine-2');
      check.equal(places.length, 3, 'tasks on the machines that are left');
    });
  },
});
