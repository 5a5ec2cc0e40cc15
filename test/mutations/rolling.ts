/**
 * Defects that the suites about updates of whole clusters must see.
 */

import { silentRollback } from './defects.js';
import { changedAgent, sabotaged } from './edits.js';
import { assertionFailed, assertionFailedIn, type Mutation } from './mutation.js';

/** The reboot manager with the strategy etcd-lock goes ahead without the lock. */
const lockless = [
  {
    file: 'locksmith/permission.go',
    from: 'if permission.strategy == strategyLock && !permission.lockWhile(',
    to: 'if permission.strategy == "" && !permission.lockWhile(',
  },
];

/** One or more for each suite of `rolling`. */
export const mutations: readonly Mutation[] = [
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
    expect: assertionFailedIn('it keeps the lock, and says why'),
  },
  {
    id: 'rolling/no-channels',
    suite: 'rolling/canary',
    describes: 'Machines don’t say which channel they follow: the canary is offered nothing.',
    change: sabotaged({
      script: `until [ -e /etc/flatcar/update.conf ]; do sleep 1; done
systemd-run sh -c "while sleep 1; do sed -i s/GROUP=beta/GROUP=stable/ /etc/flatcar/update.conf; done"`,
    }),
    expect: assertionFailedIn('the canary updates and says so'),
  },
  {
    id: 'rolling/canary-keeps-quiet',
    suite: 'rolling/canary-fails',
    describes: 'The engine does not tell that an update did not hold.',
    change: changedAgent('silent-rollback', silentRollback),
    expect: {
      phase: 'suite',
      code: 'UPDATE_TIMEOUT',
      step: 'it says that the release did not hold',
    },
  },
];
