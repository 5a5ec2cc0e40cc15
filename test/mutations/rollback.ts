/**
 * Defects that the suites about the way back must see.
 */

import { changedRelease, triesAgain, vendorUnit } from './edits.js';
import { assertionFailed, type Mutation } from './mutation.js';

/** One or more for each suite of `rollback`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'rollback/good-at-once',
    suite: 'rollback/never-marked-good',
    describes: 'The release marks its slot good as it boots.',
    change: changedRelease('next', {
      addFiles: vendorUnit({ script: 'flatcar-setgoodroot', when: 'Before=sshd.socket' }),
    }),
    expect: assertionFailed,
  },
  {
    id: 'rollback/tries-again-after-panic',
    suite: 'rollback/kernel-panic',
    describes: 'Each boot gives slot B a try, whatever is in it.',
    change: triesAgain,
    expect: assertionFailed,
  },
];
