/**
 * One etcd: it serves what it was given, also after a restart.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { etcdCluster, etcdNeeds, etcdServes } from '../support/etcd.js';
import { mustRead, put } from '../support/etcd-client.js';

export default defineSuite({
  id: 'etcd/single',
  summary: 'A single etcd keeps a value, over a restart too.',
  claims: ['K01'],
  tags: ['cluster', 'etcd'],
  applies: { needs: etcdNeeds },
  topology: etcdCluster(1),
  limits: { runMs: 480_000 },
  async run({ machine, machines, step }) {
    const only = machine('machine');
    await step('it serves', async () => await etcdServes(machines));
    await step('what is written is read', async () => {
      check.equal(await put(only, 'color', 'green'), true, 'the write is acknowledged');
      await mustRead(machines, 'color', 'green');
    });
    await step('after a restart too', async () => {
      await only.output(['systemctl', 'restart', 'etcd.service'], {
        sudo: true,
        timeoutMs: 180_000,
      });
      await mustRead(machines, 'color', 'green');
    });
  },
});
