/**
 * What a network without an outside offers instead: files by their digest, and what a cloud would
 * tell a machine about itself.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { allOnLan, clusterNeeds, machinesOnLan, onAll } from '../support/clusters.js';

const server = 'gateway.lan.switchyard.test';
const notes = 'a hermetic internet\n';
const datum = '/latest/meta-data/hostname';

async function fetch(machine: Machine, url: string): Promise<string> {
  return await machine.output(['curl', '-sSfL', '--max-time', '60', url]);
}

export default defineSuite({
  id: 'clusters/artifact-server',
  summary:
    'Machines resolve the server of their network, fetch files by digest, read their metadata.',
  claims: ['N05'],
  tags: ['cluster', 'network'],
  applies: { needs: [...clusterNeeds, 'extra:nginx'] },
  topology: machinesOnLan(
    2,
    {},
    {
      artifacts: { 'notes.txt': notes, 'nginx.tar': { extra: 'nginx' } },
      metadata: { [datum]: '{{self.name}} {{self.ip}}' },
    },
  ),
  async run({ machine, machines, network, step }) {
    const [one] = [machine('machine', 0)];
    await allOnLan(machines, network);
    await step('resolved and programs have an answer for the server', async () => {
      check.includes(await one.output(['resolvectl', 'query', server]), '10.80.0.1', 'its answer');
      check.includes(await one.output(['getent', 'ahostsv4', server]), '10.80.0.1', 'of NSS');
      const listeners = await one.output(['ss', '-lun', 'src', '127.0.0.53']);
      check.includes(listeners, '127.0.0.53%lo:53', 'listeners');
    });
    await step('a name leads to the file', async () => {
      const found = await fetch(one, `http://${server}/notes.txt`);
      check.equal(found.trim(), notes.trim(), 'what was served');
    });
    await step('all machines fetch a large file by its digest, at once', async () => {
      const { url, sha256, sizeBytes } = network.artifact('nginx.tar', 'lan');
      await onAll(machines, async (each) => {
        const download = `set -o pipefail; curl -sSf --max-time 300 '${url}' | sha256sum`;
        const found = await each.sh(download, { timeoutMs: 300_000 });
        check.succeeds(found, `${each.name} fetches ${sizeBytes} bytes`);
        check.includes(found.stdout, sha256, `digest on ${each.name}`);
      });
    });
    await step('each machine reads its own metadata', async () => {
      const found = await onAll(machines, (each) => fetch(each, `http://169.254.169.254${datum}`));
      const wanted = machines.map(({ name }) => `${name} ${network.station(name).ipv4}`);
      check.equal(found.join(', '), wanted.join(', '), 'metadata');
    });
    await step('nothing leads outside', async () => {
      const routes = await one.output(['ip', 'route', 'show', 'default', 'dev', 'eth1']);
      check.equal(routes, '', 'default routes by the network of the cluster');
      const { status } = await one.exec([
        'curl',
        '-s',
        '--interface',
        'eth1',
        '-m',
        '5',
        'http://192.0.2.1',
      ]);
      check.ok(status !== 0, 'a connection to the outside fails', `status ${status}`);
    });
  },
});
