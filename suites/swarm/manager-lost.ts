/**
 * The leader of three managers dies: another leads, and services can still be changed.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { machinesOnLan } from '../support/clusters.js';
import { boxImage, docker } from '../support/docker.js';
import { formSwarm, swarmNeeds, swarmShows, tasksRun, webCommand } from '../support/swarm.js';

export default defineSuite({
  id: 'swarm/manager-lost',
  summary: 'A swarm of three managers loses its leader, elects another and goes on.',
  claims: ['K07'],
  tags: ['cluster', 'swarm', 'docker'],
  applies: { needs: swarmNeeds },
  topology: machinesOnLan(3),
  limits: { runMs: 900_000 },
  async run({ machine, machines, network, extra, step }) {
    const [first, second] = [machine('machine', 0), machine('machine', 1)];
    await step('three managers', async () => {
      await formSwarm({ machines, network, extra }, 3);
      const argv = ['node', 'ls', '--format', '{{.Hostname}}={{.ManagerStatus}}'];
      const wanted = 'machine-0=Leader\\ machine-1=Reachable\\ machine-2=Reachable\\ ';
      await swarmShows(first, argv, wanted);
    });
    await step('the leader is lost, another leads', async () => {
      await first.kill();
      const argv = ['node', 'ls', '--format', '{{.Hostname}}={{.ManagerStatus}}'];
      await swarmShows(second, argv, '*machine-[12]=Leader*');
    });
    await step('a service can still be made', async () => {
      const how = ['--replicas', '2', '--no-resolve-image', '-d', '--name', 'web'];
      await docker(second, 'service', 'create', ...how, boxImage, ...webCommand);
      await tasksRun(second, 'web', 2);
      check.includes(await docker(second, 'service', 'ls'), '2/2', 'replicas');
    });
  },
});
