/**
 * Defects that the suites about the talk's demos must see.
 */

import { changedConfig, sabotaged, withFiles } from './edits.js';
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
  {
    id: 'talk/container-of-another-name',
    suite: 'talk/first-demo',
    describes: 'The container goes by another name than the config gives it.',
    change: sabotaged({ when: 'After=nginx.service', script: 'docker rename nginx web' }),
    expect: assertionFailed,
  },
  {
    id: 'talk/update-engine-unmasked',
    suite: 'talk/first-demo',
    describes: 'The update engine is not masked any more.',
    change: sabotaged({
      script: 'rm /etc/systemd/system/update-engine.service; systemctl daemon-reload',
    }),
    expect: assertionFailed,
  },
  {
    id: 'talk/address-of-the-network',
    suite: 'talk/first-demo',
    describes: 'The file with the address is not where networkd looks: the network gives another.',
    change: changedConfig((config) =>
      withFiles(config, (one) => ({ ...one, path: one.path.replace('.network', '.unread') })),
    ),
    expect: assertionFailed,
  },
];
