/**
 * Defects that the suites about state must see.
 */

import { sabotaged } from './edits.js';
import { assertionFailed, type Mutation } from './mutation.js';

/** One or more for each suite of `state`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'state/opt-is-volatile',
    suite: 'state/root-persists',
    describes: 'Something empties a file below /opt at every boot.',
    change: sabotaged({ script: 'if test -e /opt/proof; then : > /opt/proof; fi' }),
    expect: assertionFailed,
  },
  {
    id: 'state/removed-default-comes-back',
    suite: 'state/etc-defaults',
    describes: 'Something writes the removed default again.',
    change: sabotaged({ script: 'touch /etc/kexec.conf' }),
    expect: assertionFailed,
  },
  {
    id: 'state/grows-at-each-boot',
    suite: 'state/no-drift',
    describes: 'Each boot adds a line to a file of the config.',
    change: sabotaged({ script: 'echo again >> /etc/harbour' }),
    expect: assertionFailed,
  },
  {
    id: 'state/default-is-touched',
    suite: 'state/unchanged-defaults',
    describes: 'Each boot copies a default, and changes nothing in it.',
    change: sabotaged({ script: 'touch /etc/login.defs' }),
    expect: assertionFailed,
  },
];
