/**
 * An address that two machines guard: when the one that has it is lost, the other serves on.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { asRoot, equipped, onLan, plain, softwareNeeds } from '../support/cluster-software.js';
import { allOnLan, onAll } from '../support/clusters.js';
import { docker, loadNginx, nginxImage } from '../support/docker.js';

/** In the subnet, below what is leased. */
const shared = '10.80.0.5';

/** The highest priority has the address; all begin as backup, so that nobody has it twice. */
const keepalived = `    - path: /etc/keepalived.conf
      contents:
        inline: |
          vrrp_instance web {
            state BACKUP
            interface eth1
            virtual_router_id 51
            priority 100
            advert_int 1
            virtual_ipaddress {
              ${shared}/24
            }
          }
`;

/** It will not start without the file that its package brings of how it was built, be that empty. */
const guard = `mkdir -p /etc/keepalived
: > /etc/keepalived/keepalived.config-opts
systemd-run --quiet --unit=address-guard \\
  keepalived --dont-fork --vrrp --log-console --use-file /etc/keepalived.conf`;

async function served(client: Machine): Promise<string> {
  const argv = ['curl', '-s', '--max-time', '3', `http://${shared}/who`] as const;
  return (await client.exec(argv)).stdout.trim();
}

/** Polls on the client itself until somebody else answers, or fails after the time. */
async function answeredBy(client: Machine, name: string, seconds: number): Promise<void> {
  const ask = `curl -s --max-time 2 http://${shared}/who`;
  const script = `until [ "$(${ask})" = ${name} ]; do sleep 0.2; done`;
  const result = await client.sh(script, { timeoutMs: seconds * 1_000 });
  check.succeeds(result, `${name} answers at ${shared}`);
}

export default defineSuite({
  id: 'clusters/virtual-ip',
  summary: 'nginx behind an address that fails over: the second machine takes it, and serves.',
  claims: ['K19'],
  tags: ['cluster', 'network', 'containers'],
  applies: { needs: [...softwareNeeds, 'docker', 'extra:nginx'] },
  topology: {
    ...onLan({ web: equipped({ count: 2, memoryMiB: 1024 }, keepalived), client: plain() }),
    segments: { lan: { subnet: '10.80.0.0/24' } },
  },
  limits: { runMs: 600_000 },
  async run(context) {
    const { machine, machines, network, step } = context;
    const [first, second, client] = [machine('web', 0), machine('web', 1), machine('client')];
    await allOnLan(machines, network);
    await step('both serve, each under its own name', async () => {
      await onAll([first, second], async (web) => {
        await loadNginx(context, web);
        await web.writeFile('/srv/www/who', `${web.name}\n`);
        const volume = '/srv/www:/usr/share/nginx/html:ro';
        await docker(web, 'run', '-d', '--network', 'host', '-v', volume, nginxImage);
      });
    });
    await step('one of them has the address', async () => {
      await asRoot(first, 'starting the guard', guard);
      await answeredBy(client, first.name, 60);
      await asRoot(second, 'starting the guard', guard);
      check.equal(await served(client), first.name, 'who answers with both guards');
    });
    await step('it is lost: the other takes over within 15 s', async () => {
      await first.kill();
      await answeredBy(client, second.name, 15);
    });
  },
});
