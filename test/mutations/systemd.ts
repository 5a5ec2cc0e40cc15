/**
 * Defects that the suites about systemd must see.
 */

import { changedImage, sabotaged } from './edits.js';
import { assertionFailed, type Mutation } from './mutation.js';

/** One or more for each suite of `systemd`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'systemd/sshd-as-a-daemon',
    suite: 'systemd/sshd-socket',
    describes: 'sshd runs as one daemon, which takes the place of the socket.',
    change: sabotaged({ script: 'systemctl start --no-block sshd.service' }),
    expect: assertionFailed,
  },
  {
    id: 'systemd/journal-in-memory',
    suite: 'systemd/journal-persists',
    describes: 'A drop-in of the image keeps the journal in memory.',
    change: changedImage({
      name: 'volatile-journal',
      addFiles: [
        {
          path: 'lib/systemd/journald.conf.d/90-volatile.conf',
          contents: '[Journal]\nStorage=volatile\n',
          mode: 0o644,
        },
      ],
    }),
    expect: assertionFailed,
  },
];
