/**
 * A network that falls apart: the smaller part must not answer, the larger must not forget.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { othersThan } from '../support/clusters.js';
import { etcdCluster, etcdNeeds, etcdServes } from '../support/etcd.js';
import { leader, mustRead, mustRefuse, put } from '../support/etcd-client.js';
import { mustHaveKept, startWriter } from '../support/etcd-writer.js';

const itself = ['http://127.0.0.1:2379'] as const;

export default defineSuite({
  id: 'etcd/minority',
  summary: 'A leader cut off refuses reads and writes; the others elect, write, and lose nothing.',
  claims: ['K32'],
  tags: ['cluster', 'etcd', 'partition'],
  applies: { needs: etcdNeeds },
  topology: etcdCluster(3),
  limits: { runMs: 1_800_000 },
  async run({ machines, network, step }) {
    await etcdServes(machines);
    const cut = await leader(machines);
    const others = othersThan(cut, machines);
    const [other] = others;
    // Both go on through the cut: what the leader has taken and could not pass on must not count.
    const [few, many] = await step('writes on both sides', async () => {
      check.equal(await put(cut, 'side', 'whole'), true, 'a write before the cut');
      const side = await startWriter(cut, 'few-', itself);
      const rest = await startWriter(other, 'many-', itself);
      await rest.more(300);
      return [side, rest] as const;
    });
    await step('the leader is cut off: the majority elects and writes on', async () => {
      await network.partition(
        [cut.name],
        others.map(({ name }) => name),
      );
      await leader(others);
      check.equal(await put(other, 'side', 'majority'), true, 'a write by the majority');
      await many.more(400);
    });
    await step('the minority refuses to answer', async () => {
      await mustRefuse(cut, 'side');
      check.equal(await put(cut, 'side', 'minority'), false, 'acknowledged by the minority');
    });
    await step('healed, all agree', async () => {
      await network.heal();
      await leader(machines);
      await mustRead(machines, 'side', 'majority');
      await few.more(100);
      await many.more(300);
    });
    await step('no acknowledged write is lost', async () => {
      const kept = { few: (await few.stop()).length, many: (await many.stop()).length };
      check.ok(kept.many >= 1000, 'a thousand writes were acknowledged', kept);
      await mustHaveKept(machines, 'few-', kept.few);
      await mustHaveKept(machines, 'many-', kept.many);
    });
  },
});
