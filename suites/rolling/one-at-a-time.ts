/**
 * The operating system under a cluster is updated while the cluster serves.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { countKeys, etcdServes, leader, putMany } from '../support/etcd.js';
import {
  absences,
  arrivals,
  installed,
  overlaps,
  rollingNeeds,
  rollTo,
  updatableEtcdCluster,
} from '../support/rolling.js';
import { mustRun } from '../support/updates.js';

export default defineSuite({
  id: 'rolling/one-at-a-time',
  summary: 'Three machines of an etcd update and reboot one at a time, and no write is lost.',
  claims: ['K05'],
  tags: ['cluster', 'etcd', 'update', 'slow'],
  applies: { needs: [...rollingNeeds, 'release:next'] },
  topology: updatableEtcdCluster(3),
  limits: { bootMs: 600_000, runMs: 2_400_000 },
  async run({ machines, network, release, step }) {
    const next = release('next');
    await step('the cluster serves', async () => {
      await etcdServes(machines);
      const first = await leader(machines);
      check.equal(await putMany(first, 'kept-', 200), 200, 'acknowledged writes');
    });
    const lines = machines.map((machine) => machine.console.lines().length);
    await step('an update is there for all', async () => {
      await rollTo(machines, next);
      await Promise.all(machines.map(installed));
    });
    await step('each reboots into it', async () => {
      await Promise.all(
        machines.map(async (machine, n) => {
          const from = lines[n] ?? 0;
          await machine.console.waitFor(/Linux version/, { timeoutMs: 1_500_000, from });
        }),
      );
      for (const machine of machines) {
        await machine.output(['true'], { timeoutMs: 240_000 });
        await mustRun(machine, 'b', next);
      }
    });
    await step('never two at a time', async () => {
      const seen = await absences(machines);
      check.equal(new Set(seen.map(({ machine }) => machine)).size, 3, 'machines that were away');
      check.equal(overlaps(seen), [], 'machines that were away together');
      const came = await arrivals(network);
      for (const { name } of machines) {
        const often = came.filter((machine) => machine === name).length;
        check.ok(often >= 2, `the network saw ${name} come up again`, came);
      }
    });
    await step('no acknowledged write is lost', async () => {
      await etcdServes(machines);
      for (const machine of machines) {
        check.equal(await countKeys(machine, 'kept-'), 200, `writes by ${machine.name}`);
      }
    });
  },
});
