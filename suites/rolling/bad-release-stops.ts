/**
 * A release that does not come up hurts one machine of a cluster, not the cluster.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { countKeys, etcdServes, leader, put, putMany } from '../support/etcd.js';
import {
  absences,
  installed,
  rollingNeeds,
  rollTo,
  updatableEtcdCluster,
} from '../support/rolling.js';
import { runningSystem } from '../support/updates.js';

export default defineSuite({
  id: 'rolling/bad-release-stops',
  summary: 'A release that panics is stopped at the first machine, and the cluster stays up.',
  claims: ['K05'],
  tags: ['cluster', 'etcd', 'update', 'slow'],
  applies: { needs: [...rollingNeeds, 'release:panics'] },
  topology: updatableEtcdCluster(3),
  limits: { bootMs: 600_000, runMs: 2_400_000 },
  expects: [{ pattern: 'kernel-panic', reason: 'the release has no initrd' }],
  async run({ machines, image, release, step }) {
    const bad = release('panics');
    await step('the cluster serves', async () => {
      await etcdServes(machines);
      const first = await leader(machines);
      check.equal(await putMany(first, 'kept-', 200), 200, 'acknowledged writes');
    });
    const lines = machines.map((machine) => machine.console.lines().length);
    await step('the bad release is there for all', async () => {
      await rollTo(machines, bad);
      await Promise.all(machines.map(installed));
    });
    const struck = await step('one machine panics', async () => {
      const panics = machines.map(async (machine, n) => {
        const from = lines[n] ?? 0;
        await machine.console.waitFor(/Kernel panic/, { timeoutMs: 900_000, from });
        return machine;
      });
      return await Promise.any(panics);
    });
    const others = machines.filter((machine) => machine !== struck);
    await step('the others serve meanwhile', async () => {
      const [other] = others;
      if (!other) return;
      await leader(others);
      check.equal(await put(other, 'while', 'it panics'), true, 'a write');
    });
    await step('it returns to its old release, and joins again', async () => {
      await struck.output(['true'], { timeoutMs: 600_000 });
      const { slot, version } = await runningSystem(struck);
      check.equal({ slot, version }, { slot: 'a', version: image.descriptor.version }, 'what runs');
      await etcdServes([struck]);
      check.equal(await countKeys(struck, 'kept-'), 200, 'writes that it has');
    });
    await step('no other was away', async () => {
      const names = new Set((await absences(machines)).map(({ machine }) => machine));
      names.delete(struck.name);
      check.equal([...names], [], 'machines that went down beside it');
    });
  },
});
