/**
 * Defects that the suites about Kubernetes must see. They need the same artifact as the suites.
 */

import { file } from '../../suites/support/provision.js';
import { changedConfig, sabotaged, withContents, withStorage } from './edits.js';
import { assertionFailed, assertionFailedIn, commandFailed, type Mutation } from './mutation.js';

/** What reaches a port of the machine is dropped. */
function deafTo(port: number) {
  return sabotaged({
    script: `nft add table inet deaf
nft add chain inet deaf in '{ type filter hook input priority -100; }'
nft add rule inet deaf in iifname eth1 tcp dport ${port} drop`,
  });
}

const nothingForwarded = sabotaged({
  script: `nft add table inet closed
nft add chain inet closed through '{ type filter hook forward priority -100; policy drop; }'`,
});

/** One or more for each suite of `kubernetes`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'kubernetes/api-not-reached',
    suite: 'kubernetes/forms',
    describes: 'The control plane drops what workers ask of it.',
    change: deafTo(6443),
    expect: assertionFailed,
  },
  {
    id: 'kubernetes/nothing-forwarded',
    suite: 'kubernetes/service',
    describes: 'Machines pass nothing on to their pods.',
    change: nothingForwarded,
    expect: assertionFailed,
  },
  {
    id: 'kubernetes/pods-keep-apart',
    suite: 'kubernetes/pod-network',
    describes: 'Machines pass nothing on to their pods.',
    change: nothingForwarded,
    expect: assertionFailed,
  },
  {
    id: 'kubernetes/volume-is-read-only',
    suite: 'kubernetes/nfs-volume',
    describes: 'The server lets nobody write.',
    change: withContents('/etc/exports', '/srv/share *(ro,sync,insecure,no_subtree_check)\n'),
    expect: { ...commandFailed, step: 'a pod uses what it serves' },
  },
  {
    id: 'kubernetes/policies-not-kept',
    suite: 'kubernetes/network-policy',
    describes: 'Machines pass everything on, before any policy is asked.',
    change: changedConfig((config) => {
      const files = [
        ...(config.storage?.files ?? []),
        file('/etc/sysctl.d/95-open.conf', 'net.bridge.bridge-nf-call-iptables = 0\n'),
      ];
      return withStorage(config, { files });
    }),
    expect: assertionFailedIn('with one for others it does not'),
  },
  {
    id: 'kubernetes/worker-forgets',
    suite: 'kubernetes/os-update',
    describes: 'A worker loses its kubelet’s credentials at each boot.',
    change: sabotaged({
      when: 'Before=kubelet.service',
      script: 'rm -rf /var/lib/kubelet/pki /etc/kubernetes/kubelet.conf',
    }),
    expect: assertionFailed,
  },
];
