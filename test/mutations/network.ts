/**
 * Defects that the suites about the network must see: names, time, and who is let in.
 */

import { dataUrl } from '../../harness/model/data-url.js';
import { file } from '../../suites/support/provision.js';
import { changedConfig, changedImage, sabotaged, withFiles, withUnits } from './edits.js';
import { assertionFailed, assertionFailedIn, commandFailed, type Mutation } from './mutation.js';

const eth0AsSomethingElse = '[Match]\nOriginalName=*\nDriver=virtio_net\n\n[Link]\nName=net0\n';

/** One or more for each suite. */
export const mutations: readonly Mutation[] = [
  {
    id: 'network/page-without-server',
    suite: 'network/page-from-file',
    describes: 'The config has the page and no unit that serves it.',
    change: changedConfig((config) => withUnits(config, [])),
    expect: { phase: 'suite', code: 'HTTP_FAILED' },
  },
  {
    id: 'network/page-unreadable',
    suite: 'network/page-from-file',
    describes: 'The page has another mode than the promise says.',
    change: changedConfig((config) =>
      withFiles(config, (one) => (one.path.startsWith('/srv') ? { ...one, mode: 0o600 } : one)),
    ),
    expect: assertionFailed,
  },
  {
    id: 'network/nic-has-another-name',
    suite: 'network/default-dhcp',
    describes: 'A link file of the image names the NIC net0.',
    change: changedImage({
      name: 'nic-net0',
      addFiles: [
        {
          path: 'lib/systemd/network/10-first.link',
          contents: eth0AsSomethingElse,
          mode: 0o644,
        },
      ],
    }),
    expect: assertionFailed,
  },
  {
    id: 'network/llmnr-on',
    suite: 'network/resolver',
    describes: 'A drop-in of the image turns LLMNR on.',
    change: changedImage({
      name: 'llmnr-on',
      addFiles: [
        {
          path: 'lib/systemd/resolved.conf.d/90-llmnr.conf',
          contents: '[Resolve]\nLLMNR=yes\n',
          mode: 0o644,
        },
      ],
    }),
    expect: assertionFailed,
  },
  {
    id: 'network/no-forwarding',
    suite: 'network/sysctls',
    describes: 'A later sysctl file of the image turns forwarding off.',
    change: changedImage({
      name: 'no-forwarding',
      addFiles: [
        { path: 'lib/sysctl.d/90-off.conf', contents: 'net.ipv4.ip_forward=0\n', mode: 0o644 },
      ],
    }),
    expect: assertionFailed,
  },
  {
    id: 'network/interface-filters',
    suite: 'network/sysctls',
    describes: 'A later sysctl file of the image has one interface filter, and leaves `all` at 0.',
    change: changedImage({
      name: 'interface-filters',
      addFiles: [
        {
          path: 'lib/sysctl.d/90-filter.conf',
          contents: 'net.ipv4.conf.eth0.rp_filter = 1\n',
          mode: 0o644,
        },
      ],
    }),
    expect: assertionFailedIn('net.ipv4.conf.*.rp_filter'),
  },
  {
    id: 'network/new-links-filter',
    suite: 'network/sysctls',
    describes: 'Interfaces filter by default.',
    change: sabotaged({ script: 'echo 2 > /proc/sys/net/ipv4/conf/default/rp_filter' }),
    expect: assertionFailedIn('net.ipv4.conf.*.rp_filter'),
  },
  {
    id: 'network/docker-listens',
    suite: 'network/listeners',
    describes: 'docker is told to listen on a port too, which it does once it runs.',
    change: changedConfig((config) => {
      const contents = '[Service]\nEnvironment="DOCKER_OPTS=-H tcp://0.0.0.0:2375 --tls=false"\n';
      const dropins = [{ name: '90-port.conf', contents }];
      return withUnits(config, [
        ...(config.systemd?.units ?? []),
        { name: 'docker.service', dropins },
      ]);
    }),
    expect: assertionFailedIn('nobody else does'),
  },
  {
    id: 'network/one-listener-too-many',
    suite: 'network/listeners',
    describes: 'A program of the machine listens on a port.',
    change: sabotaged({ script: 'systemd-run --unit=intruder ncat -lk 0.0.0.0 4444' }),
    expect: assertionFailed,
  },
  {
    id: 'network/no-dhcp',
    suite: 'network/default-dhcp',
    describes: 'The NIC has its address from a file.',
    change: changedConfig((config) => {
      const text = '[Match]\nName=eth0\n[Network]\nAddress=10.0.2.15/24\nIPv6AcceptRA=no\n';
      const files = [file('/etc/systemd/network/10-fixed.network', text)];
      return { ...config, storage: { ...config.storage, files } };
    }),
    expect: assertionFailed,
  },
  {
    id: 'network/name-server-not-set',
    suite: 'network/dns-answers',
    describes: 'The link has no name server.',
    change: changedConfig((config) =>
      withFiles(config, (one) => ({
        ...one,
        contents: { source: dataUrl('[Match]\nName=lab0\n\n[Network]\nAddress=192.0.2.9/24\n') },
      })),
    ),
    expect: commandFailed,
  },
  {
    id: 'network/time-server-ignored',
    suite: 'network/time-sync',
    describes: 'The time client is not told of the server.',
    change: changedConfig((config) =>
      withFiles(config, (one) =>
        one.path.endsWith('10-lab.conf')
          ? { ...one, contents: { source: dataUrl('[Time]\nNTP=192.0.2.99\n') } }
          : one,
      ),
    ),
    expect: { phase: 'suite', code: 'COMMAND_TIMEOUT' },
  },
  {
    id: 'network/two-time-clients',
    suite: 'network/time-sync',
    describes: 'A second time client runs beside the first.',
    change: sabotaged({ script: `systemd-run --unit=ntpd --remain-after-exit true` }),
    expect: assertionFailed,
  },
  {
    id: 'network/rules-not-restored',
    suite: 'network/firewall-restored',
    describes: 'The service that loads the rules of iptables is not enabled.',
    change: changedConfig((config) =>
      withUnits(
        config,
        (config.systemd?.units ?? []).filter(({ name }) => name !== 'iptables-restore.service'),
      ),
    ),
    expect: assertionFailed,
  },
  {
    id: 'network/rules-lost',
    suite: 'network/nftables-restored',
    describes: 'The file with the rules is emptied after each boot, so the next one loads none.',
    change: sabotaged({
      when: 'After=nftables-load.service',
      script: 'echo > /var/lib/nftables/rules-save',
    }),
    expect: commandFailed,
  },
  {
    id: 'network/proxy-unknown',
    suite: 'network/docker-proxy',
    describes: 'docker is told of no proxy.',
    change: changedConfig((config) => withUnits(config, [])),
    expect: assertionFailed,
  },
];
