/**
 * Five members stand the loss of two, and not of three.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { onAll } from '../support/clusters.js';
import { etcdCluster, etcdNeeds, etcdServes, startTogether } from '../support/etcd.js';
import { leader, mustRead, mustRefuse, put } from '../support/etcd-client.js';

export default defineSuite({
  id: 'etcd/five-members',
  summary: 'Five members serve without two of them, refuse without three, and serve again.',
  claims: ['K30'],
  tags: ['cluster', 'etcd', 'large'],
  applies: { needs: etcdNeeds },
  topology: etcdCluster(5, {}, { enabled: false }),
  limits: { bootMs: 600_000, runMs: 900_000 },
  async run({ machine, machines, step }) {
    await step('all are started together', async () => {
      await startTogether(machines);
      await etcdServes(machines);
    });
    const [one, two, last] = [machine('machine', 0), machine('machine', 1), machine('machine', 2)];
    const firstTwo = [machine('machine', 3), machine('machine', 4)];
    const left = [one, two, last];
    await step('all five agree', async () => {
      check.equal(await put(one, 'members', 'five'), true, 'a write');
      await mustRead(machines, 'members', 'five');
    });
    await step('two are lost: the rest goes on', async () => {
      await onAll(firstTwo, (machine) => machine.pause());
      await leader(left);
      check.equal(await put(one, 'members', 'three'), true, 'a write');
      await mustRead(left, 'members', 'three');
    });
    await step('a third is lost: nobody is answered', async () => {
      await last.pause();
      await onAll([one, two], (machine) => mustRefuse(machine, 'members'));
    });
    await step('they return, and serve again', async () => {
      await onAll([last, ...firstTwo], (machine) => machine.resume());
      await leader(machines);
      await mustRead(machines, 'members', 'three');
    });
  },
});
