/**
 * Defects that the suites about several machines must see.
 */

import type { IgnitionFragment } from '../../harness/model/ignition.js';
import { file } from '../../suites/support/provision.js';
import {
  changedAgent,
  changedConfig,
  sabotaged,
  silentRollback,
  withFiles,
  withStorage,
  withUnits,
} from './edits.js';
import { assertionFailed, commandFailed, type Mutation } from './mutation.js';

const commandTimeout = { phase: 'suite', code: 'COMMAND_TIMEOUT' } as const;

/** A config with one more file. */
function withFile(path: string, text: string) {
  return changedConfig((config) => {
    const files = [...(config.storage?.files ?? []), file(path, text)];
    return withStorage(config, { files });
  });
}

/** etcd's unit with something else in it. */
function etcdWith(edit: (contents: string) => string) {
  return changedConfig((config: IgnitionFragment) => {
    const units = config.systemd?.units ?? [];
    return withUnits(
      config,
      units.map((one) => {
        return one.name === 'etcd.service' && one.contents
          ? { ...one, contents: edit(one.contents) }
          : one;
      }),
    );
  });
}

/** Each member knows only itself, so that there are as many clusters. */
function alone(contents: string): string {
  return contents.replace(
    /--initial-cluster \S+/,
    '--initial-cluster {{self.name}}=http://{{self.ip}}:2380',
  );
}

/** Drops what comes in. */
function deafTo(rule: string) {
  return sabotaged({
    script: `nft add table inet deaf
nft add chain inet deaf in '{ type filter hook input priority -100; }'
nft add rule inet deaf in ${rule} drop`,
  });
}

/** The reboot manager with the strategy etcd-lock goes ahead without the lock. */
const lockless = [
  {
    file: 'locksmith/daemon.go',
    from: '\tif options.strategy == strategyLock {\n\t\toptions.awaitLock()',
    to: '\tif options.strategy == "" {\n\t\toptions.awaitLock()',
  },
];

/** A file of the config with other contents. */
function withContents(path: string, text: string) {
  return changedConfig((config) => {
    return withFiles(config, (one) => (one.path === path ? file(path, text) : one));
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

const lenientTls = `[Unit]
ConditionPathExists=/etc/etcd/server.crt
[Service]
Environment=ETCD_CERT_FILE=/etc/etcd/server.crt
Environment=ETCD_KEY_FILE=/etc/etcd/server.key
`;

const writeRed = 'etcdctl put color red';

const secondNic = '[Match]\nName=eth1\n\n';

/** One or more for each suite of `clusters`, `etcd`, `swarm` and `rolling`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'clusters/unmanaged-nic',
    suite: 'clusters/names',
    describes: 'A network file of the config leaves the second NIC alone: it gets no address.',
    change: withFile('/etc/systemd/network/05-off.network', `${secondNic}[Link]\nUnmanaged=yes\n`),
    expect: commandTimeout,
  },
  {
    id: 'clusters/names-unread',
    suite: 'clusters/names',
    describes: 'The second NIC does not take the name server of its lease.',
    change: withFile(
      '/etc/systemd/network/05-no-names.network',
      `${secondNic}[Network]\nDHCP=yes\n[DHCPv4]\nUseDNS=no\nUseDomains=no\n`,
    ),
    expect: commandFailed,
  },
  {
    id: 'clusters/metadata-unrouted',
    suite: 'clusters/artifact-server',
    describes: 'The second NIC does not take the routes of its lease, so no metadata is reached.',
    change: withFile(
      '/etc/systemd/network/05-no-routes.network',
      `${secondNic}[Network]\nDHCP=yes\n[DHCPv4]\nUseRoutes=no\n`,
    ),
    expect: commandFailed,
  },
  {
    id: 'clusters/deaf',
    suite: 'clusters/lost-machine',
    describes: 'Machines drop pings, so that those who live can’t be told from those who don’t.',
    change: deafTo('icmp type echo-request'),
    expect: assertionFailed,
  },
  {
    id: 'clusters/no-autoconfiguration',
    suite: 'clusters/ipv6-only',
    describes: 'The second NIC ignores advertisements: it makes no address.',
    change: withFile(
      '/etc/systemd/network/05-no-ra.network',
      `${secondNic}[Network]\nIPv6AcceptRA=no\n`,
    ),
    expect: commandTimeout,
  },
  {
    id: 'clusters/no-time',
    suite: 'clusters/time',
    describes: 'The second NIC does not take the time server of its lease: the clock stays astray.',
    change: withFile(
      '/etc/systemd/network/05-no-time.network',
      `${secondNic}[Network]\nDHCP=yes\n[DHCPv4]\nUseNTP=no\n`,
    ),
    expect: commandTimeout,
  },
  {
    id: 'clusters/one-identity',
    suite: 'clusters/sixteen',
    describes: 'The config brings a machine-id, the same for all.',
    change: withFile('/etc/machine-id', '0123456789abcdef0123456789abcdef\n'),
    expect: assertionFailed,
  },
  {
    id: 'clusters/no-routes',
    suite: 'clusters/routed',
    describes: 'The second NIC does not take the routes of its lease.',
    change: withFile(
      '/etc/systemd/network/05-no-routes.network',
      `${secondNic}[Network]\nDHCP=yes\n[DHCPv4]\nUseRoutes=no\n`,
    ),
    expect: assertionFailed,
  },
  {
    id: 'clusters/tunnels-blocked',
    suite: 'clusters/wireguard-mesh',
    describes: 'Machines drop what comes to the tunnels’ port.',
    change: deafTo('udp dport 51820'),
    expect: assertionFailed,
  },
  {
    id: 'etcd/forgets',
    suite: 'etcd/single',
    describes: 'etcd’s data is removed when it stops.',
    change: etcdWith((text) =>
      text.replace('Restart=', 'ExecStopPost=/bin/rm -rf /var/lib/etcd\nRestart='),
    ),
    expect: assertionFailed,
  },
  {
    id: 'etcd/alone',
    suite: 'etcd/forms',
    describes: 'Each member knows only itself: three clusters of one.',
    change: etcdWith(alone),
    expect: assertionFailed,
  },
  {
    id: 'etcd/nothing-to-catch-up',
    suite: 'etcd/member-lost',
    describes: 'Each member knows only itself: what one takes, the others never have.',
    change: etcdWith(alone),
    expect: assertionFailed,
  },
  {
    id: 'etcd/minority-serves',
    suite: 'etcd/minority',
    describes: 'Each member knows only itself, so one that is cut off goes on answering.',
    change: etcdWith(alone),
    expect: assertionFailed,
  },
  {
    id: 'etcd/five-alone',
    suite: 'etcd/five-members',
    describes: 'Each of the five knows only itself.',
    change: etcdWith(alone),
    expect: assertionFailed,
  },
  {
    id: 'etcd/left-behind',
    suite: 'etcd/slow-disk',
    describes: 'Each member knows only itself: the follower never gets what the others take.',
    change: etcdWith(alone),
    expect: assertionFailed,
  },
  {
    id: 'clusters/gives-up-soon',
    suite: 'clusters/bad-link',
    describes:
      'The sender gives a connection up after one repetition; the receiver waits for ever.',
    change: sabotaged({
      script: 'echo 1 > /proc/sys/net/ipv4/tcp_retries2; echo 1 > /proc/sys/net/ipv4/tcp_retries1',
    }),
    expect: commandTimeout,
  },
  {
    id: 'swarm/managers-blocked',
    suite: 'swarm/forms',
    describes: 'Machines drop what comes to the port by which workers join.',
    change: deafTo('tcp dport 2377'),
    expect: commandFailed,
  },
  {
    id: 'swarm/no-image',
    suite: 'swarm/rolling-update',
    describes:
      'Machines other than the first lose every container’s image as soon as they have it.',
    change: sabotaged({
      script:
        '[ "$(hostname)" = machine-0 ] || systemd-run sh -c "while sleep 1; do docker rmi -f box; done"',
    }),
    expect: assertionFailed,
  },
  {
    id: 'swarm/one-worker',
    suite: 'swarm/worker-lost',
    describes: 'The second machine takes no tasks, so what the third ran can’t be spread.',
    change: sabotaged({
      script:
        '[ "$(hostname)" != machine-1 ] || systemd-run sh -c "while sleep 1; do docker rmi -f box; done"',
    }),
    expect: assertionFailed,
  },
  {
    id: 'swarm/managers-deaf',
    suite: 'swarm/manager-lost',
    describes: 'The third manager is cut off after it has joined: two are left of three, then one.',
    change: sabotaged({
      script: `[ "$(hostname)" != machine-2 ] || systemd-run sh -c '
until docker info 2> /dev/null | grep -q "Is Manager: true"; do sleep 1; done
sleep 20
nft add table inet deaf
nft add chain inet deaf in "{ type filter hook input priority -100; }"
nft add rule inet deaf in iifname eth1 drop'`,
    }),
    expect: assertionFailed,
  },
  {
    id: 'swarm/no-tunnels',
    suite: 'swarm/overlay-network',
    describes: 'Machines drop VXLAN: containers find each other’s names and nothing else.',
    change: deafTo('udp dport 4789'),
    expect: commandFailed,
  },
  {
    id: 'rolling/no-lock',
    suite: 'rolling/one-at-a-time',
    describes: 'The reboot manager does not ask for the lock: all reboot as soon as they can.',
    change: changedAgent('no-lock', lockless),
    expect: assertionFailed,
  },
  {
    id: 'rolling/all-panic',
    suite: 'rolling/bad-release-stops',
    describes:
      'The reboot manager does not ask for the lock: all reboot into the release that panics.',
    change: changedAgent('no-lock', lockless),
    expect: assertionFailed,
  },
  {
    id: 'rolling/gives-back-at-once',
    suite: 'rolling/bad-release-stops',
    describes:
      'The reboot manager gives the lock back whatever has become of the reboot: the next one follows.',
    change: changedAgent('gives-back-at-once', [
      {
        file: 'locksmith/keeper.go',
        from: 'reasonToKeep(now); reason != "" {',
        to: 'reasonToKeep(now); reason == "never" {',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'rolling/no-channels',
    suite: 'rolling/canary',
    describes: 'Machines don’t say which channel they follow: the canary is offered nothing.',
    change: sabotaged({
      script: `until [ -e /etc/flatcar/update.conf ]; do sleep 1; done
systemd-run sh -c "while sleep 1; do sed -i s/GROUP=beta/GROUP=stable/ /etc/flatcar/update.conf; done"`,
    }),
    expect: assertionFailed,
  },
  {
    id: 'rolling/canary-keeps-quiet',
    suite: 'rolling/canary-fails',
    describes: 'The engine does not tell that an update did not hold.',
    change: changedAgent('silent-rollback', silentRollback),
    expect: { phase: 'suite', code: 'UPDATE_TIMEOUT' },
  },
  {
    id: 'clusters/read-only-export',
    suite: 'clusters/nfs',
    describes: 'The server lets nobody write.',
    change: withContents('/etc/exports', '/srv/share *(ro,insecure,no_subtree_check)\n'),
    expect: assertionFailed,
  },
  {
    id: 'clusters/no-initiator',
    suite: 'clusters/iscsi',
    describes: 'The kernel of the client refuses the transport.',
    change: withFile('/etc/modprobe.d/x.conf', 'install iscsi_tcp /bin/false\n'),
    expect: assertionFailed,
  },
  {
    id: 'clusters/guards-of-nothing',
    suite: 'clusters/virtual-ip',
    describes: 'The guards watch over a NIC that is not there.',
    change: withContents('/etc/keepalived.conf', guardOf('eth9')),
    expect: commandTimeout,
  },
  {
    id: 'clusters/one-guard',
    suite: 'clusters/virtual-ip',
    describes: 'The second guard watches over a NIC that is not there: nobody takes over.',
    change: sabotaged({
      script: '[ "$(hostname)" = web-0 ] || sed -i s/eth1/eth9/ /etc/keepalived.conf',
    }),
    expect: commandTimeout,
  },
  {
    id: 'clusters/deaf-collector',
    suite: 'clusters/journal-shipped',
    describes: 'The collector drops what machines send.',
    change: deafTo('tcp dport 19532'),
    expect: commandTimeout,
  },
  {
    id: 'clusters/no-way-through',
    suite: 'clusters/container-network',
    describes: 'Machines pass nothing on to their containers.',
    change: sabotaged({
      script: `nft add table inet closed
nft add chain inet closed through '{ type filter hook forward priority -100; policy drop; }'`,
    }),
    expect: assertionFailed,
  },
  {
    id: 'clusters/registry-not-trusted',
    suite: 'clusters/registry',
    describes: 'Docker is not told that the registry has no certificate.',
    change: withContents('/etc/docker/daemon.json', '{}'),
    expect: commandFailed,
  },
  {
    id: 'clusters/metrics-for-itself',
    suite: 'clusters/metrics',
    describes: 'The exporter answers nobody else.',
    change: deafTo('iifname eth1 tcp dport 9100'),
    expect: commandFailed,
  },
  {
    id: 'etcd/anybody-is-served',
    suite: 'etcd/tls',
    describes: 'etcd does not ask clients for a certificate.',
    change: withContents('/etc/systemd/system/etcd.service.d/10-tls.conf', lenientTls),
    expect: assertionFailed,
  },
  {
    id: 'etcd/written-again',
    suite: 'etcd/snapshot',
    describes: 'Somebody goes on writing what came after the snapshot.',
    change: sabotaged({
      script: `systemd-run sh -c 'while sleep 1; do ${writeRed}; done'`,
    }),
    expect: assertionFailed,
  },
];
