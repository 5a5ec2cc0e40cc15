/**
 * Defects that the suites about Docker’s swarm must see.
 */

import { deafTo, sabotaged } from './edits.js';
import { assertionFailed, assertionFailedIn, commandFailed, type Mutation } from './mutation.js';

/** One or more for each suite of `swarm`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'swarm/managers-blocked',
    suite: 'swarm/forms',
    describes: 'Machines drop what comes to the port by which workers join.',
    change: deafTo('tcp dport 2377'),
    expect: { ...commandFailed, step: 'they join' },
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
    expect: assertionFailedIn('three replicas, each on a machine of its own'),
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
    expect: { ...commandFailed, step: 'they hear each other by name, with large packets too' },
  },
];
