/**
 * Defects that the suites about etcd must see.
 */

import type { IgnitionFragment } from '../../harness/model/ignition.js';
import { changedConfig, sabotaged, withContents, withUnits } from './edits.js';
import { assertionFailed, type Mutation } from './mutation.js';

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

const lenientTls = `[Unit]
ConditionPathExists=/etc/etcd/server.crt
[Service]
Environment=ETCD_CERT_FILE=/etc/etcd/server.crt
Environment=ETCD_KEY_FILE=/etc/etcd/server.key
`;

const writeRed = 'etcdctl put color red';

/** One or more for each suite of `etcd`. */
export const mutations: readonly Mutation[] = [
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
