/**
 * A segment without IPv4: addresses of the machines' own making, names, and a service between them.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { allOnLan, clusterNeeds, machinesOnLan } from '../support/clusters.js';
import { placeBusybox } from '../support/docker.js';

export default defineSuite({
  id: 'clusters/ipv6-only',
  summary: 'On a segment of IPv6 alone machines address, resolve and serve each other.',
  claims: ['N16'],
  tags: ['cluster', 'network'],
  applies: { needs: [...clusterNeeds, 'extra:busybox'] },
  topology: machinesOnLan(3, {}, { subnet6: 'fd80::/64' }),
  async run({ machine, machines, network, extra, step }) {
    const [one, two] = [machine('machine', 0), machine('machine', 1)];
    await step('each makes its address of the advertised prefix', async () => {
      await allOnLan(machines, network);
      const eth1 = await one.output(['ip', '-4', '-o', 'address', 'show', 'dev', 'eth1']);
      check.equal(eth1, '', 'IPv4 addresses of eth1');
    });
    await step('names lead to them', async () => {
      const found = await one.output(['getent', 'ahostsv6', 'machine-1.switchyard.test']);
      check.includes(found, network.station(two.name).ipv6 ?? '', 'address of machine-1');
    });
    await step('a service is reached by name', async () => {
      await placeBusybox({ extra }, two);
      const serve = '/var/tmp/busybox httpd -p "[::]:8080" -h /var/tmp';
      check.succeeds(await two.sh(`echo by-ipv6 > /var/tmp/page; ${serve}`), 'serving');
      const url = 'http://machine-1.switchyard.test:8080/page';
      check.equal(
        await one.output(['curl', '-6', '-fsS', '--max-time', '30', url]),
        'by-ipv6',
        url,
      );
    });
  },
});
