/**
 * As many machines as one cluster may have.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { allOnLan, clusterNeeds, machinesOnLan, mustHear, onAll } from '../support/clusters.js';

export default defineSuite({
  id: 'clusters/sixteen',
  summary: 'Sixteen machines of 512 MiB come up, are sixteen different ones, and reach each other.',
  claims: ['K16'],
  tags: ['cluster', 'large'],
  applies: { needs: clusterNeeds },
  topology: machinesOnLan(16, { memoryMiB: 512 }),
  limits: { bootMs: 1_200_000, runMs: 900_000 },
  async run({ machines, network, step }) {
    await step('all are on the network', async () => await allOnLan(machines, network));
    await step('no two are the same', async () => {
      const ids = await onAll(machines, (each) => each.output(['cat', '/etc/machine-id']));
      check.equal(new Set(ids).size, 16, 'different machine ids');
      const keyFile = '/etc/ssh/ssh_host_ed25519_key.pub';
      const keys = await onAll(machines, (each) => each.output(['cat', keyFile]));
      check.equal(new Set(keys).size, 16, 'different host keys');
    });
    await step('each hears the next', async () => {
      await onAll(machines, async (each) => {
        const next = network.stations[(each.index + 1) % 16];
        await mustHear(each, next?.ipv4 ?? '', `${each.name} hears ${next?.machine}`);
      });
    });
  },
});
