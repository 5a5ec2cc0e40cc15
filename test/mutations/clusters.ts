/**
 * Defects that the suites about several machines must see.
 */

import { file } from '../../suites/support/provision.js';
import { withoutUseMtu } from './defects.js';
import { changedConfig, deafTo, sabotaged, withContents, withStorage } from './edits.js';
import { assertionFailedIn, commandFailed, type Mutation } from './mutation.js';

const commandTimeout = { phase: 'suite', code: 'COMMAND_TIMEOUT' } as const;

/** A config with one more file. */
function withFile(path: string, text: string) {
  return changedConfig((config) => {
    const files = [...(config.storage?.files ?? []), file(path, text)];
    return withStorage(config, { files });
  });
}

function guardOf(nic: string): string {
  return `vrrp_instance web {
  state BACKUP
  interface ${nic}
  virtual_router_id 51
  virtual_ipaddress {
    10.80.0.5/24
  }
}
`;
}

const secondNic = '[Match]\nName=eth1\n\n';
const offNetwork = '/etc/systemd/network/05-off.network';

/** One or more for each suite of `clusters`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'clusters/unmanaged-nic',
    suite: 'clusters/names',
    describes: 'A network file of the config leaves the second NIC alone: it gets no address.',
    change: withFile(offNetwork, `${secondNic}[Link]\nUnmanaged=yes\n`),
    expect: { ...commandTimeout, step: 'each has its own address and name' },
  },
  {
    id: 'clusters/names-unread',
    suite: 'clusters/names',
    describes: 'The second NIC does not take the name server of its lease.',
    change: withFile(
      '/etc/systemd/network/05-no-names.network',
      `${secondNic}[Network]\nDHCP=yes\n[DHCPv4]\nUseDNS=no\nUseDomains=no\n`,
    ),
    expect: { ...commandFailed, step: 'the resolver knows the other by name' },
  },
  {
    id: 'clusters/metadata-unrouted',
    suite: 'clusters/artifact-server',
    describes: 'The second NIC does not take the routes of its lease, so no metadata is reached.',
    change: withFile(
      '/etc/systemd/network/05-no-routes.network',
      `${secondNic}[Network]\nDHCP=yes\n[DHCPv4]\nUseRoutes=no\n`,
    ),
    expect: { ...commandFailed, step: 'each machine reads its own metadata' },
  },
  {
    id: 'clusters/deaf',
    suite: 'clusters/lost-machine',
    describes: 'One of the machines drops pings: those who are left do not hear each other.',
    change: deafTo('icmp type echo-request', 'machine-1'),
    expect: assertionFailedIn('one is lost'),
  },
  {
    id: 'clusters/returns-without-address',
    suite: 'clusters/lost-machine',
    describes: 'Each boot leaves a config behind by which the next one has no address on eth1.',
    // What is written must not concern the first boot, and must outlast the loss of the machine.
    change: sabotaged({
      when: 'After=systemd-networkd.service network.target',
      script: `printf '[Match]\\nName=eth1\\n\\n[Link]\\nUnmanaged=yes\\n' > ${offNetwork}\nsync`,
    }),
    expect: { ...commandTimeout, step: 'the lost one returns' },
  },
  {
    id: 'clusters/no-autoconfiguration',
    suite: 'clusters/ipv6-only',
    describes: 'The second NIC ignores advertisements: it makes no address.',
    change: withFile(
      '/etc/systemd/network/05-no-ra.network',
      `${secondNic}[Network]\nIPv6AcceptRA=no\n`,
    ),
    expect: { ...commandTimeout, step: 'each makes its address of the advertised prefix' },
  },
  {
    id: 'clusters/no-time',
    suite: 'clusters/time',
    describes: 'The second NIC does not take the time server of its lease: the clock stays astray.',
    change: withFile(
      '/etc/systemd/network/05-no-time.network',
      `${secondNic}[Network]\nDHCP=yes\n[DHCPv4]\nUseNTP=no\n`,
    ),
    expect: { ...commandTimeout, step: 'clocks go astray, and come back' },
  },
  {
    id: 'clusters/one-identity',
    suite: 'clusters/sixteen',
    describes: 'The config brings a machine-id, the same for all.',
    change: withFile('/etc/machine-id', '0123456789abcdef0123456789abcdef\n'),
    expect: assertionFailedIn('no two are the same'),
  },
  {
    id: 'clusters/no-routes',
    suite: 'clusters/routed',
    describes: 'The second NIC does not take the routes of its lease.',
    change: withFile(
      '/etc/systemd/network/05-no-routes.network',
      `${secondNic}[Network]\nDHCP=yes\n[DHCPv4]\nUseRoutes=no\n`,
    ),
    expect: assertionFailedIn('the way leads over the switch'),
  },
  {
    id: 'clusters/mtu-ignored',
    suite: 'clusters/routed',
    describes: 'The settings of the image do not take the MTU of a lease.',
    change: withoutUseMtu,
    expect: assertionFailedIn('each is on its segment'),
  },
  {
    id: 'clusters/tunnels-blocked',
    suite: 'clusters/wireguard-mesh',
    describes: 'Machines drop what comes to the tunnels’ port.',
    change: deafTo('udp dport 51820'),
    expect: assertionFailedIn('every pair talks through its tunnel'),
  },
  {
    id: 'clusters/gives-up-soon',
    suite: 'clusters/bad-link',
    describes:
      'The sender gives a connection up after one repetition; the receiver waits for ever.',
    change: sabotaged({
      script: 'echo 1 > /proc/sys/net/ipv4/tcp_retries2; echo 1 > /proc/sys/net/ipv4/tcp_retries1',
    }),
    expect: { ...commandTimeout, step: 'a file comes as it is over the bad link' },
  },
  {
    id: 'clusters/read-only-export',
    suite: 'clusters/nfs',
    describes: 'The server lets nobody write.',
    change: withContents('/etc/exports', '/srv/share *(ro,insecure,no_subtree_check)\n'),
    expect: assertionFailedIn('the client uses it by NFS 3'),
  },
  {
    id: 'clusters/no-initiator',
    suite: 'clusters/iscsi',
    describes: 'The kernel of the client refuses the transport.',
    change: withFile('/etc/modprobe.d/x.conf', 'install iscsi_tcp /bin/false\n'),
    expect: assertionFailedIn('the client finds it and logs in'),
  },
  {
    id: 'clusters/guards-of-nothing',
    suite: 'clusters/virtual-ip',
    describes: 'The guards watch over a NIC that is not there.',
    change: withContents('/etc/keepalived.conf', guardOf('eth9')),
    expect: { ...commandTimeout, step: 'one of them has the address' },
  },
  {
    id: 'clusters/one-guard',
    suite: 'clusters/virtual-ip',
    describes: 'The second guard watches over a NIC that is not there: nobody takes over.',
    change: sabotaged({
      script: '[ "$(hostname)" = web-0 ] || sed -i s/eth1/eth9/ /etc/keepalived.conf',
    }),
    expect: { ...commandTimeout, step: 'it is lost: the other takes over within 15 s' },
  },
  {
    id: 'clusters/deaf-collector',
    suite: 'clusters/journal-shipped',
    describes: 'The collector drops what machines send.',
    change: deafTo('tcp dport 19532'),
    expect: { ...commandTimeout, step: 'what the sender uploads arrives' },
  },
  {
    id: 'clusters/no-way-through',
    suite: 'clusters/container-network',
    describes: 'Machines pass nothing on to their containers.',
    change: sabotaged({
      script: `nft add table inet closed
nft add chain inet closed through '{ type filter hook forward priority -100; policy drop; }'`,
    }),
    expect: assertionFailedIn('TCP: a large file arrives as it is'),
  },
  {
    id: 'clusters/registry-not-trusted',
    suite: 'clusters/registry',
    describes: 'Docker is not told that the registry has no certificate.',
    change: withContents('/etc/docker/daemon.json', '{}'),
    expect: { ...commandFailed, step: 'one machine builds and pushes' },
  },
  {
    id: 'clusters/metrics-for-itself',
    suite: 'clusters/metrics',
    describes: 'The exporter answers nobody else.',
    change: deafTo('iifname eth1 tcp dport 9100'),
    expect: { ...commandFailed, step: 'what machine-1 tells' },
  },
];
