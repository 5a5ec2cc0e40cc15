/**
 * A machine dies while the others run: they go on, and it comes back as who it was.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { allOnLan, clusterNeeds, hears, machinesOnLan, mustHear } from '../support/clusters.js';

export default defineSuite({
  id: 'clusters/lost-machine',
  summary: 'A machine that is lost does not take the others along, and returns with its address.',
  claims: ['K17'],
  tags: ['cluster'],
  applies: { needs: clusterNeeds },
  topology: machinesOnLan(3),
  limits: { runMs: 480_000 },
  async run({ machine, machines, network, step }) {
    const [one, two, three] = [machine('machine', 0), machine('machine', 1), machine('machine', 2)];
    const lost = network.station(three.name).ipv4 ?? '';
    const kept = network.station(two.name).ipv4 ?? '';
    await step('all are there', async () => {
      await allOnLan(machines, network);
      await mustHear(one, lost, 'machine-0 hears machine-2');
    });
    const id = await three.output(['cat', '/etc/machine-id']);
    await step('one is lost', async () => {
      await three.kill();
      check.equal(await hears(one, lost), false, 'nobody answers at its address');
      await mustHear(one, kept, 'the others still hear each other');
    });
    await step('one stands still, and goes on', async () => {
      await two.pause();
      check.equal(await hears(one, kept), false, 'nobody answers while it stands');
      await two.resume();
      await mustHear(one, kept, 'it answers again');
    });
    await step('the lost one returns', async () => {
      await three.start({ timeoutMs: 300_000 });
      await allOnLan([three], network);
      check.equal(await three.output(['cat', '/etc/machine-id']), id, 'machine-id');
      await mustHear(one, lost, 'machine-0 hears machine-2 again');
    });
  },
});
