/**
 * Containers of two machines talk as neighbours do: CNI's bridge on each, routes between them.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { asRoot, equipped, onLan, softwareNeeds } from '../support/cluster-software.js';
import { allOnLan, onAll } from '../support/clusters.js';
import { placeBusybox } from '../support/docker.js';

/** Where CNI looks for its plug-ins and for its networks. */
const link = `    - path: /opt/cni/bin
      target: /usr/lib/cni
`;

function subnet({ index }: { readonly index: number }): string {
  return `10.88.${index}.0/24`;
}

function cni(machine: Machine): string {
  const ipam = {
    type: 'host-local',
    ranges: [[{ subnet: subnet(machine) }]],
    routes: [{ dst: '0.0.0.0/0' }],
  };
  const bridge = { type: 'bridge', bridge: 'cni0', isGateway: true, ipMasq: false, ipam };
  return JSON.stringify({ cniVersion: '1.0.0', name: 'pods', plugins: [bridge] });
}

/** A container out of a static busybox, which serves a directory of the host. */
const run = `mkdir -p /srv/box/www
head -c 20000000 /dev/urandom > /srv/box/www/large
ctr run --detach --cni --rootfs /srv/box box /bin/busybox httpd -f -p 80 -h /www
ctr task ls | awk '$1 == "box" { print $2 }'`;

const address = `ip -4 -o address show eth0 | awk '{ print $4 }' | cut -d/ -f1`;

export default defineSuite({
  id: 'clusters/container-network',
  summary: 'Containers on two machines reach each other by TCP and UDP, with whole frames.',
  claims: ['K24'],
  tags: ['cluster', 'containers', 'network'],
  applies: { needs: [...softwareNeeds, 'containerd', 'extra:busybox'] },
  topology: onLan({ host: equipped({ count: 2, memoryMiB: 1024 }, '', link) }),
  limits: { runMs: 600_000 },
  async run({ machine, machines, network, extra, step }) {
    const hosts = [machine('host', 0), machine('host', 1)] as const;
    const [one, two] = hosts;
    await allOnLan(machines, network);
    const pids = new Map<Machine, string>();
    const within = async (host: Machine, command: string) => {
      const enter = `nsenter --net=/proc/${pids.get(host)}/ns/net`;
      const script = `${enter} sh -euc '${command.replaceAll("'", "'\\''")}'`;
      return await asRoot(host, command, script);
    };
    await step('a container on each', async () => {
      await onAll(hosts, async (host) => {
        await host.writeFile('/etc/cni/net.d/10-pods.conflist', cni(host));
        await host.waitForUnit('containerd.service', 'active', { timeoutMs: 120_000 });
        await placeBusybox({ extra }, host, '/srv/box/bin/busybox');
        pids.set(host, await asRoot(host, 'running a container', run, 180_000));
        const other = host === one ? two : one;
        const via = network.station(other.name).ipv4;
        await asRoot(host, 'the route to the other', `ip route add ${subnet(other)} via ${via}`);
      });
    });
    const target = await within(two, address);
    await step('TCP: a large file arrives as it is', async () => {
      const fetched = await within(one, `curl -s --max-time 60 http://${target}/large | sha256sum`);
      const sent = await two.output(['sha256sum', '/srv/box/www/large']);
      check.equal(fetched.split(' ')[0], sent.split(' ')[0], 'SHA-256');
    });
    await step('UDP: what is said is answered', async () => {
      await within(
        two,
        `socat UDP4-RECVFROM:7,fork EXEC:/bin/cat < /dev/null > /dev/null 2>&1 &
        until ss -lunH sport = :7 | grep -q :7; do sleep 0.2; done`,
      );
      const ask = `exec 3<>/dev/udp/${target}/7; echo ahoy >&3; timeout 20 head -n 1 <&3`;
      const answer = await within(one, `bash -c "${ask}"`);
      check.equal(answer, 'ahoy', 'the echo');
    });
    await step('frames of full size pass whole', async () => {
      await within(one, `ping -c 1 -W 5 -M do -s 1472 ${target}`);
    });
  },
});
