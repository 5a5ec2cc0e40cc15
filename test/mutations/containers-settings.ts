/**
 * Defects that the suites about settings of container runtimes must see.
 */

import { withContents } from './edits.js';
import { assertionFailedIn, type Mutation } from './mutation.js';

/** One or more for each such suite. */
export const mutations: readonly Mutation[] = [
  {
    id: 'containers/log-driver-ignored',
    suite: 'containers/log-driver',
    describes: 'The settings that docker reads have no log driver in them.',
    change: withContents('/etc/docker/daemon.json', '{}\n'),
    expect: assertionFailedIn('docker has the driver'),
  },
];
