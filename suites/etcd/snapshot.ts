/**
 * All is lost but a snapshot: the cluster is made again from it.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { asRoot } from '../support/cluster-software.js';
import { onAll } from '../support/clusters.js';
import { etcdCluster, etcdNeeds, etcdServes } from '../support/etcd.js';
import { memberNames, mustRead, put } from '../support/etcd-client.js';

const file = '/var/tmp/etcd.snapshot';

/** The member's own flags, as its unit has them. */
const flag = (name: string) =>
  `$(systemctl cat etcd.service | grep -oE -- '--${name} [^ ]+' | head -n 1)`;

const restore = `rm -rf /var/lib/etcd
etcdutl snapshot restore ${file} --data-dir /var/lib/etcd ${flag('name')} \\
  ${flag('initial-cluster')} ${flag('initial-advertise-peer-urls')} > /dev/null 2>&1`;

async function stopped(machines: readonly Machine[]): Promise<void> {
  await onAll(machines, async (machine) => {
    await machine.output(['systemctl', 'stop', 'etcd.service'], { sudo: true, timeoutMs: 120_000 });
  });
}

export default defineSuite({
  id: 'etcd/snapshot',
  summary: 'A cluster that lost its data is made again from a snapshot, as it was then.',
  claims: ['K04'],
  tags: ['cluster', 'etcd'],
  applies: { needs: etcdNeeds },
  topology: etcdCluster(3),
  limits: { runMs: 600_000 },
  async run({ machine, machines, step }) {
    const first = machine('machine', 0);
    await step('a value, a snapshot, and a value after it', async () => {
      await etcdServes(machines);
      check.equal(await put(first, 'color', 'green'), true, 'the write is acknowledged');
      await first.output(['etcdctl', 'snapshot', 'save', file], { timeoutMs: 120_000 });
      check.equal(await put(first, 'color', 'red'), true, 'the later write is acknowledged');
    });
    await step('all lose what they have, and get the snapshot', async () => {
      const snapshot = await asRoot(first, 'reading the snapshot', `base64 -w 0 ${file}`);
      await stopped(machines);
      await onAll(machines, async (each) => {
        const bytes = Uint8Array.from(atob(snapshot), (char) => char.charCodeAt(0));
        await each.writeFile(file, bytes);
        await asRoot(each, 'restoring', restore);
      });
    });
    await step('the cluster forms again', async () => {
      await onAll(machines, async (each) => {
        await each.output(['systemctl', 'start', '--no-block', 'etcd.service'], { sudo: true });
      });
      await etcdServes(machines);
      const names = (await memberNames(first)).join(' ');
      check.equal(names, 'machine-0 machine-1 machine-2', 'members');
    });
    await step('with the value of then', async () => {
      await mustRead(machines, 'color', 'green');
      check.equal(await put(first, 'color', 'blue'), true, 'and it can be written again');
      await mustRead([first], 'color', 'blue');
    });
  },
});
