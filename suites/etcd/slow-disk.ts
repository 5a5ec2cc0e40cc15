/**
 * One member whose disk is slow does not hold the others up.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { etcdCluster, etcdNeeds, etcdServes } from '../support/etcd.js';
import { countKeys, leader, putMany } from '../support/etcd-client.js';

/** Three synchronous writes a second, for etcd alone. */
const slow = `device=$(findmnt -no SOURCE /var/lib/etcd 2>/dev/null || findmnt -no SOURCE --target /var/lib/etcd)
systemctl set-property --runtime etcd.service "IOWriteIOPSMax=$device 3"
cat /sys/fs/cgroup/system.slice/etcd.service/io.max`;

export default defineSuite({
  id: 'etcd/slow-disk',
  summary: 'A member with a slow disk falls behind alone, and has everything in the end.',
  claims: ['K02'],
  tags: ['cluster', 'etcd'],
  applies: { needs: etcdNeeds },
  topology: etcdCluster(3),
  limits: { runMs: 900_000 },
  async run({ machines, step }) {
    await etcdServes(machines);
    const first = await leader(machines);
    const follower = machines.find((machine) => machine !== first);
    if (!follower) return;
    await step('a follower gets a slow disk', async () => {
      const result = await follower.sh(slow, { sudo: true });
      check.succeeds(result, 'limiting the disk');
      check.includes(result.stdout, 'wiops=3', 'limits of etcd’s disk');
    });
    await step('the others take writes all the same', async () => {
      check.equal(await putMany(first, 'w-', 300), 300, 'acknowledged writes');
    });
    await step('the slow one has them in the end', async () => {
      check.equal(await countKeys(follower, 'w-'), 300, 'writes by a linearizable read');
    });
  },
});
