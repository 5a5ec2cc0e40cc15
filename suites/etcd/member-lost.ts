/**
 * A member of three dies and comes back: the others go on without it, and it catches up.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { othersThan } from '../support/clusters.js';
import { etcdCluster, etcdNeeds, etcdServes } from '../support/etcd.js';
import { countKeys, leader, mustRead, put, putMany } from '../support/etcd-client.js';

export default defineSuite({
  id: 'etcd/member-lost',
  summary: 'A cluster that loses its leader elects another, loses no write, and takes it back.',
  claims: ['K31'],
  tags: ['cluster', 'etcd'],
  applies: { needs: etcdNeeds },
  topology: etcdCluster(3),
  limits: { runMs: 900_000 },
  async run({ machines, step }) {
    await etcdServes(machines);
    const first = await leader(machines);
    const others = othersThan(first, machines);
    const [other] = others;
    await step('writes before', async () => {
      check.equal(await putMany(other, 'before-', 200), 200, 'acknowledged writes');
    });
    await step('the leader is lost, and another leads', async () => {
      await first.kill();
      const next = await leader(others);
      check.equal(await put(next, 'while', 'alone'), true, 'a write is acknowledged');
      check.equal(await countKeys(next, 'before-'), 200, 'writes from before');
    });
    await step('the lost one returns and catches up', async () => {
      await first.start({ timeoutMs: 300_000 });
      await etcdServes([first]);
      await mustRead([first], 'while', 'alone');
      check.equal(await countKeys(first, 'before-'), 200, 'writes from before, by the returned');
    });
  },
});
