/**
 * A directory that one machine serves and another uses, by both versions of NFS.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { asRoot, equipped, onLan, plain, softwareNeeds } from '../support/cluster-software.js';
import { allOnLan } from '../support/clusters.js';
import { nfsExports, serveNfs } from '../support/nfs.js';

export default defineSuite({
  id: 'clusters/nfs',
  summary: 'What one machine serves by NFS 3 and 4, another mounts, reads and writes.',
  claims: ['S09'],
  tags: ['cluster', 'storage'],
  applies: { needs: softwareNeeds },
  topology: onLan({ server: equipped({}, nfsExports), client: plain() }),
  limits: { runMs: 480_000 },
  async run({ machine, machines, network, step }) {
    const [server, client] = [machine('server'), machine('client')];
    await allOnLan(machines, network);
    await step('the server serves', async () => {
      check.includes(
        await asRoot(server, 'starting the server', serveNfs),
        '/srv/share',
        'exportfs',
      );
    });
    for (const version of ['3', '4.2']) {
      await step(`the client uses it by NFS ${version}`, async () => {
        const source = `${network.station('server-0').ipv4}:/srv/share`;
        const mount = `mkdir -p /mnt/share; mount -t nfs -o vers=${version},nolock ${source} /mnt/share`;
        await asRoot(client, 'mounting', mount);
        const greeting = await client.output(['cat', '/mnt/share/greeting']);
        check.equal(greeting, 'ahoy', 'what the server has');
        await asRoot(client, 'writing', `echo by-${version} > /mnt/share/note; umount /mnt/share`);
        const note = await server.output(['cat', '/srv/share/note']);
        check.equal(note, `by-${version}`, 'what the client wrote');
      });
    }
  },
});
