/**
 * Defects that the suites about resets must see.
 */

import { sabotaged } from './edits.js';
import { assertionFailed, type Mutation } from './mutation.js';

/** One or more for each suite of `reset`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'reset/something-survives',
    suite: 'reset/selective',
    describes: 'What should be lost comes back at each boot.',
    change: sabotaged({ script: 'mkdir -p /var/lost; echo back > /var/lost/file' }),
    expect: assertionFailed,
  },
  {
    id: 'reset/for-everybody',
    suite: 'reset/preview',
    describes: 'Another flatcar-reset lets core do it.',
    change: sabotaged({
      script: `printf '#!/bin/sh\\nexec sudo -n /opt/flatcar-reset "$@"\\n' > /opt/wrapper
        cp /usr/bin/flatcar-reset /opt/flatcar-reset
        chmod 755 /opt/wrapper /opt/flatcar-reset
        mount --bind /opt/wrapper /usr/bin/flatcar-reset`,
    }),
    expect: assertionFailed,
  },
];
