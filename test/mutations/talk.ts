/**
 * Defects that the suites about the talk's demos must see.
 */

import { changedConfig, withFiles } from './edits.js';
import { assertionFailed, type Mutation } from './mutation.js';

/** One or more for each suite of `talk`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'talk/page-elsewhere',
    suite: 'talk/first-demo',
    describes: 'The page lies where nobody looks for it.',
    change: changedConfig((config) =>
      withFiles(config, (one) => ({ ...one, path: one.path.replace('index.html', 'other.html') })),
    ),
    expect: assertionFailed,
  },
];
