/**
 * One member whose disk is slow does not hold the others up.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { othersThan } from '../support/clusters.js';
import { etcdCluster, etcdNeeds, etcdServes } from '../support/etcd.js';
import { countKeys, leader, putMany } from '../support/etcd-client.js';

/** Three synchronous writes a second, for etcd alone. */
const slow = `device=$(findmnt -no SOURCE /var/lib/etcd 2>/dev/null || findmnt -no SOURCE --target /var/lib/etcd)
systemctl set-property --runtime etcd.service "IOWriteIOPSMax=$device 3"
cat /sys/fs/cgroup/system.slice/etcd.service/io.max`;

/** What a member has spent on flushing its log so far; etcd's own metrics. */
async function flushes(machine: Machine) {
  const text = await machine.output(['curl', '-sS', 'http://127.0.0.1:2379/metrics']);
  const value = (of: string) => {
    const name = `etcd_disk_wal_fsync_duration_seconds_${of}`;
    return Number(check.matches(text, new RegExp(`^${name} (\\S+)$`, 'm'), name)[1]);
  };
  return { seconds: value('sum'), count: value('count') };
}

/** How long a flush takes a member on average while something is done, in seconds; fails without any. */
async function flushTime(machine: Machine, work: () => Promise<unknown>): Promise<number> {
  const before = await flushes(machine);
  await work();
  const after = await flushes(machine);
  const count = after.count - before.count;
  check.ok(count > 0, `the etcd of ${machine.name} has flushed its log meanwhile`, after);
  return (after.seconds - before.seconds) / count;
}

export default defineSuite({
  id: 'etcd/slow-disk',
  summary: 'A member with a slow disk falls behind alone, and has everything in the end.',
  claims: ['K33'],
  tags: ['cluster', 'etcd'],
  applies: { needs: etcdNeeds },
  topology: etcdCluster(3),
  limits: { runMs: 900_000 },
  async run({ machines, step }) {
    await etcdServes(machines);
    const first = await leader(machines);
    const [follower] = othersThan(first, machines);
    await step('a follower gets a slow disk', async () => {
      const result = await follower.sh(slow, { sudo: true });
      check.succeeds(result, 'limiting the disk');
      check.includes(result.stdout, 'wiops=3', 'limits of etcd’s disk');
    });
    await step('the others take writes all the same', async () => {
      const write = async () => {
        check.equal(await putMany(first, 'w-', 300), 300, 'acknowledged writes');
      };
      let ofLeader = 0;
      const ofFollower = await flushTime(follower, async () => {
        ofLeader = await flushTime(first, write);
      });
      const times = { ofFollower, ofLeader };
      check.ok(ofFollower > 3 * ofLeader, 'a flush takes the follower far longer', times);
    });
    await step('the slow one has them in the end', async () => {
      check.equal(await countKeys(follower, 'w-'), 300, 'writes by a linearizable read');
    });
  },
});
