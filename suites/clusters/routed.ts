/**
 * Two segments with the switch as the router between them.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { role } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { allOnLan, clusterNeeds } from '../support/clusters.js';
import { placeBusybox } from '../support/docker.js';

const own = { identity: 'own' } as const;

export default defineSuite({
  id: 'clusters/routed',
  summary: 'Machines of different segments reach each other by the route that their lease brings.',
  claims: ['K18', 'N17'],
  tags: ['cluster', 'network'],
  applies: { needs: [...clusterNeeds, 'extra:busybox'] },
  topology: {
    roles: {
      near: role({ ...own, segments: ['lan'] }),
      far: role({ ...own, segments: ['wan'] }),
    },
    segments: { lan: {}, wan: { mtu: 1400 } },
  },
  async run({ machine, network, extra, step }) {
    const [near, far] = [machine('near'), machine('far')];
    const address = network.station(far.name).ipv4 ?? '';
    await step('each is on its segment', async () => {
      await allOnLan([near], network, 'lan');
      await allOnLan([far], network, 'wan');
      const mtu = await far.output(['cat', '/sys/class/net/eth1/mtu']);
      check.equal(mtu, '1400', 'MTU of the far segment');
    });
    await step('the way leads over the switch', async () => {
      const route = await near.output(['ip', 'route', 'get', address]);
      check.includes(route, 'via 10.80.0.1', `route to ${address}`);
    });
    await step('a large transfer arrives whole', async () => {
      await placeBusybox({ extra }, far);
      const prepare = `head -c 8000000 /dev/urandom > /var/tmp/load
        /var/tmp/busybox httpd -p 8080 -h /var/tmp`;
      check.succeeds(await far.sh(prepare), 'serving');
      const wanted = await far.output(['sha256sum', '/var/tmp/load']);
      const fetch = `curl -fsS --max-time 120 http://far-0.switchyard.test:8080/load | sha256sum`;
      const result = await near.sh(fetch, { timeoutMs: 150_000 });
      check.succeeds(result, 'fetching');
      check.equal(result.stdout.slice(0, 64), wanted.slice(0, 64), 'digest of what arrived');
    });
  },
});
