/**
 * Two machines find each other on a network of their own, and lose each other when it is cut.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import {
  allOnLan,
  clusterNeeds,
  hears,
  machinesOnLan,
  mustHear,
  onAll,
} from '../support/clusters.js';

export default defineSuite({
  id: 'clusters/names',
  summary: 'Machines get addresses and names from the network, reach each other, and see it cut.',
  claims: ['K22'],
  tags: ['cluster', 'network'],
  applies: { needs: clusterNeeds },
  topology: machinesOnLan(2),
  async run({ machine, machines, network, step }) {
    const [one, two] = [machine('machine', 0), machine('machine', 1)];
    const [first, second] = [network.station(one.name), network.station(two.name)];
    await step('each has its own address and name', async () => {
      await allOnLan(machines, network);
      const names = await onAll(machines, (each) => each.output(['hostname']));
      check.equal(names.join(' '), 'machine-0 machine-1', 'hostnames');
    });
    await step('the resolver knows the other by name', async () => {
      for (const name of ['machine-1.switchyard.test', 'machine-1']) {
        const found = await one.output(['getent', 'ahostsv4', name]);
        check.includes(found, second.ipv4 ?? '', `address of ${name}`);
      }
      const stranger = await one.exec(['getent', 'hosts', 'stranger.switchyard.test']);
      check.equal(stranger.status, 2, 'status for a name that is nobody’s');
    });
    await step('packets arrive', async () => {
      await mustHear(one, second.ipv4 ?? '', 'machine-0 hears machine-1');
      await mustHear(two, first.ipv4 ?? '', 'machine-1 hears machine-0');
    });
    await step('a partition keeps them apart, and no longer than it lasts', async () => {
      await network.partition([one.name], [two.name]);
      check.equal(await hears(one, second.ipv4 ?? ''), false, 'machine-0 hears nobody');
      await network.heal();
      await mustHear(one, second.ipv4 ?? '', 'machine-0 hears machine-1 again');
    });
    await step('a slow link is slow', async () => {
      await network.link(two.name).delay(400);
      const said = await one.output(['ping', '-c', '1', '-W', '10', second.ipv4 ?? '']);
      const [, time] = said.match(/time=([\d.]+) ms/) ?? [];
      check.ok(Number(time) >= 790, 'a round trip takes both ways’ delay', said);
    });
  },
});
