/**
 * Three machines become a docker swarm.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { machinesOnLan } from '../support/clusters.js';
import { formSwarm, swarmNeeds, swarmShows } from '../support/swarm.js';

export default defineSuite({
  id: 'swarm/forms',
  summary: 'docker swarm init and join make three machines one swarm, all of them ready.',
  claims: ['K07'],
  tags: ['cluster', 'swarm', 'docker'],
  applies: { needs: swarmNeeds },
  topology: machinesOnLan(3),
  limits: { runMs: 600_000 },
  async run({ machine, machines, network, extra, step }) {
    await step('they join', async () => await formSwarm({ machines, network, extra }));
    await step('all are ready', async () => {
      const argv = ['node', 'ls', '--format', '{{.Hostname}}={{.Status}}'];
      const wanted = 'machine-0=Ready\\ machine-1=Ready\\ machine-2=Ready\\ ';
      await swarmShows(machine('machine', 0), argv, wanted);
    });
  },
});
