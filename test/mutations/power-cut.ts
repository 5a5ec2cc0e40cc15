/**
 * Defects that the suites about power cuts must see.
 */

import { changedAgent } from './edits.js';
import { assertionFailed, type Mutation } from './mutation.js';

/** One or more for each suite of `power-cut`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'power-cut/at-50-percent-attributes-first',
    suite: 'power-cut/at-50-percent',
    describes: 'The engine makes the other slot the first choice before it has written it.',
    change: changedAgent('attributes-first', [
      { file: 'slots/slots.go', from: '"-S0", "-T0", "-P0"', to: '"-S1", "-T0", "-P3"' },
    ]),
    expect: assertionFailed,
  },
];
