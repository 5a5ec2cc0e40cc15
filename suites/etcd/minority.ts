/**
 * A network that falls apart: the smaller part must not answer, the larger must not forget.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import {
  countKeys,
  etcdCluster,
  etcdNeeds,
  etcdServes,
  get,
  leader,
  mustRead,
  put,
  putMany,
} from '../support/etcd.js';

const writes = 1000;

export default defineSuite({
  id: 'etcd/minority',
  summary: 'A leader cut off refuses reads and writes; the others elect, write, and lose nothing.',
  claims: ['K02'],
  tags: ['cluster', 'etcd', 'partition'],
  applies: { needs: etcdNeeds },
  topology: etcdCluster(3),
  limits: { runMs: 1_200_000 },
  async run({ machines, network, step }) {
    await etcdServes(machines);
    const cut = await leader(machines);
    const others = machines.filter((machine) => machine !== cut);
    const [other] = others;
    if (!other) return;
    await step('half of the writes with all members', async () => {
      check.equal(await put(cut, 'side', 'whole'), true, 'a write before the cut');
      check.equal(await putMany(other, 'one-', writes / 2), writes / 2, 'acknowledged writes');
    });
    await step('the leader is cut off: the majority elects and writes', async () => {
      await network.partition(
        [cut.name],
        others.map(({ name }) => name),
      );
      await leader(others);
      check.equal(await put(other, 'side', 'majority'), true, 'a write by the majority');
      check.equal(await putMany(other, 'two-', writes / 2), writes / 2, 'acknowledged writes');
    });
    await step('the minority refuses to answer', async () => {
      check.equal(JSON.stringify(await get(cut, 'side')), '"refused"', 'a linearizable read');
      check.equal(await put(cut, 'side', 'minority'), false, 'acknowledged by the minority');
    });
    await step('healed, all agree, and no acknowledged write is lost', async () => {
      await network.heal();
      await leader(machines);
      await mustRead(machines, 'side', 'majority');
      for (const machine of machines) {
        const kept = (await countKeys(machine, 'one-')) + (await countKeys(machine, 'two-'));
        check.equal(kept, writes, `acknowledged writes that ${machine.name} has`);
      }
    });
  },
});
