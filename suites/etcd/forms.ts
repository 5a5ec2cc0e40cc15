/**
 * Three machines form a cluster; what one is told, all know.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { onAll } from '../support/clusters.js';
import { etcdCluster, etcdNeeds, etcdServes } from '../support/etcd.js';
import { memberNames, mustRead, put } from '../support/etcd-client.js';

export default defineSuite({
  id: 'etcd/forms',
  summary: 'Three machines form an etcd cluster, and a value that one takes is read by each.',
  claims: ['K02'],
  tags: ['cluster', 'etcd'],
  applies: { needs: etcdNeeds },
  topology: etcdCluster(3),
  limits: { runMs: 480_000 },
  async run({ machines, step }) {
    await step('all serve', async () => await etcdServes(machines));
    await step('each knows all members', async () => {
      await onAll(machines, async (machine) => {
        const names = (await memberNames(machine)).join(' ');
        check.equal(names, 'machine-0 machine-1 machine-2', `members by ${machine.name}`);
      });
    });
    await step('what any takes, all have', async () => {
      for (const machine of machines) {
        check.equal(
          await put(machine, machine.name, 'was here'),
          true,
          `a write through ${machine.name}`,
        );
        await mustRead(machines, machine.name, 'was here');
      }
    });
  },
});
