/**
 * Containers on different machines talk over a network that spans them.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { machinesOnLan } from '../support/clusters.js';
import { boxImage, docker } from '../support/docker.js';
import { formSwarm, swarmNeeds } from '../support/swarm.js';

/** The SHA-256 of a file in a container, which has no program for it. */
async function digestIn(machine: Machine, place: string): Promise<string> {
  const copy = '/var/tmp/load';
  await docker(machine, 'cp', '-q', place, copy);
  const [digest = ''] = (await machine.output(['sha256sum', copy])).split(' ');
  return digest;
}

export default defineSuite({
  id: 'swarm/overlay-network',
  summary:
    'An overlay network carries names, small and large packets between machines’ containers.',
  claims: ['K27'],
  tags: ['cluster', 'swarm', 'docker', 'network'],
  applies: { needs: swarmNeeds },
  topology: machinesOnLan(2),
  limits: { runMs: 900_000 },
  async run({ machine, machines, network, extra, step }) {
    const [one, two] = [machine('machine', 0), machine('machine', 1)];
    await formSwarm({ machines, network, extra });
    await step('a container on each machine', async () => {
      await docker(one, 'network', 'create', '-d', 'overlay', '--attachable', 'span');
      for (const [n, each] of machines.entries()) {
        const how = ['-d', '--name', `box-${n}`, '--network', 'span', boxImage];
        await docker(each, 'run', ...how, 'sleep', '100000');
      }
    });
    await step('they hear each other by name, with large packets too', async () => {
      const ping = ['exec', 'box-0', 'ping', '-c', '1', '-W', '20'];
      await docker(one, ...ping, 'box-1');
      await docker(one, ...ping, '-s', '8000', 'box-1');
    });
    await step('a large transfer arrives whole', async () => {
      const serve = 'mkdir -p /w; head -c 4000000 /dev/urandom > /w/load; httpd -p 8080 -h /w';
      await docker(two, 'exec', 'box-1', 'sh', '-c', serve);
      const fetch = ['docker', 'exec', 'box-0', 'wget', '-q', '-O', '/load'] as const;
      await one.output([...fetch, 'http://box-1:8080/load'], { timeoutMs: 180_000 });
      const wanted = await digestIn(two, 'box-1:/w/load');
      check.equal(await digestIn(one, 'box-0:/load'), wanted, 'digest of what arrived');
    });
  },
});
