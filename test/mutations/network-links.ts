/**
 * Defects that the suites about the network must see: links, addresses and routes.
 */

import { dataUrl } from '../../harness/model/data-url.js';
import { file } from '../../suites/support/provision.js';
import { withoutUseMtu } from './defects.js';
import { changedConfig, notEnabled, sabotaged, withFiles } from './edits.js';
import {
  assertionFailed,
  assertionFailedIn,
  commandFailed,
  type Mutation,
  unitFailed,
} from './mutation.js';

/** One or more for each suite. */
export const mutations: readonly Mutation[] = [
  {
    id: 'network/other-address',
    suite: 'network/static-address',
    describes: 'The config gives the NIC no address.',
    change: changedConfig((config) =>
      withFiles(config, (one) =>
        one.path.endsWith('.network') ? { ...one, path: '/etc/systemd/network/unread.txt' } : one,
      ),
    ),
    expect: assertionFailed,
  },
  {
    id: 'network/foreign-routes-removed',
    suite: 'network/foreign-routes',
    describes: 'networkd is told to manage the routes and rules of others.',
    change: sabotaged({
      script: `mkdir -p /etc/systemd/networkd.conf.d
        printf '[Network]\nManageForeignRoutes=yes\nManageForeignRoutingPolicyRules=yes\n' \\
          > /etc/systemd/networkd.conf.d/90-foreign.conf`,
    }),
    expect: assertionFailed,
  },
  {
    id: 'network/links-of-others-managed',
    suite: 'network/unmanaged-links',
    describes: 'A network file of the machine matches the links of containers.',
    change: sabotaged({
      script: `printf '[Match]\nName=cni0 tap7\n[Network]\nDHCP=yes\n' \\
          > /etc/systemd/network/05-all.network
        networkctl reload`,
    }),
    expect: assertionFailed,
  },
  {
    id: 'network/another-vlan',
    suite: 'network/vlan-bond-bridge',
    describes: 'The VLAN has another id.',
    change: changedConfig((config) =>
      withFiles(config, (one) =>
        one.path.endsWith('vlan7.netdev')
          ? file(one.path, '[NetDev]\nName=vlan7\nKind=vlan\n[VLAN]\nId=8\n')
          : one,
      ),
    ),
    expect: assertionFailed,
  },
  {
    id: 'network/tunnel-not-enabled',
    suite: 'network/wireguard',
    describes: 'The unit of the tunnel is not enabled.',
    change: notEnabled('wg-quick@kv0.service'),
    expect: assertionFailed,
  },
  {
    id: 'network/tunnel-blocked',
    suite: 'network/wireguard',
    describes: 'The packets of the tunnel are dropped.',
    change: sabotaged({
      script: `nft add table inet block
        nft add chain inet block in '{ type filter hook input priority 0; }'
        nft add rule inet block in udp dport 51820 drop`,
    }),
    expect: commandFailed,
  },
  {
    id: 'network/bond-does-not-look',
    suite: 'network/vlan-bond-bridge',
    describes: 'Nothing tells the bond that its NIC is gone.',
    change: changedConfig((config) =>
      withFiles(config, (one) =>
        one.path.endsWith('10-bond0.netdev')
          ? file(one.path, '[NetDev]\nName=bond0\nKind=bond\n[Bond]\nMode=active-backup\n')
          : one,
      ),
    ),
    expect: { phase: 'suite', code: 'COMMAND_TIMEOUT' },
  },
  {
    id: 'network/online-means-all',
    suite: 'network/online',
    describes: 'The wait for the network wants a NIC that never comes.',
    change: sabotaged({
      script: `mkdir -p /run/systemd/system/systemd-networkd-wait-online.service.d
        printf '[Service]\nExecStart=\nExecStart=/usr/lib/systemd/systemd-networkd-wait-online --interface=nowhere0 --timeout=5\n' \\
          > /run/systemd/system/systemd-networkd-wait-online.service.d/90.conf
        systemctl daemon-reload`,
    }),
    expect: unitFailed,
  },
  {
    id: 'network/no-router-advertisements',
    suite: 'network/ipv6-autoconfiguration',
    describes: 'The machine ignores router advertisements.',
    change: sabotaged({
      script: `printf '[Match]\nName=eth0\n[Network]\nDHCP=ipv4\nIPv6AcceptRA=no\n' \\
          > /etc/systemd/network/05-eth0.network
        systemctl restart systemd-networkd
        ip -6 address flush dev eth0 scope site`,
    }),
    expect: assertionFailed,
  },
  {
    id: 'network/mtu-ignored',
    suite: 'network/mtu-by-dhcp',
    describes: 'The settings of the image do not take the MTU of a lease.',
    change: withoutUseMtu,
    expect: assertionFailedIn('the link has what was said'),
  },
  {
    id: 'network/address-by-ipv4',
    suite: 'network/ipv6-only',
    describes: 'The link has an address of IPv4 too.',
    change: changedConfig((config) =>
      withFiles(config, (one) => ({
        ...one,
        contents: {
          source: dataUrl(
            '[Match]\nName=lab0\n\n[Network]\nAddress=192.0.2.9/24\nIPv6AcceptRA=yes\nDomains=~example\n',
          ),
        },
      })),
    ),
    expect: assertionFailed,
  },
  {
    id: 'network/nothing-without-ipv4',
    suite: 'network/ipv6-only',
    describes: 'A watchdog of the machine takes a link down while the NIC has no IPv4.',
    change: sabotaged({
      script: `systemd-run --unit=watchdog sh -c \\
  'while sleep 0.2; do ip -4 -o address show dev eth0 | grep -q inet || ip link set lab0 down; done'`,
    }),
    expect: assertionFailedIn('the same without IPv4 on any link'),
  },
];
