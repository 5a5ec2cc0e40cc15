/**
 * Defects that the suites about Butane must see.
 */

import { changedConfig, withFiles, withUnits } from './edits.js';
import { assertionFailed, commandFailed, type Mutation } from './mutation.js';

/** One or more for each suite of `butane`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'butane/tree-lost',
    suite: 'butane/demo',
    describes: 'The files of the tree go somewhere else.',
    change: changedConfig((config) =>
      withFiles(config, (one) => ({ ...one, path: one.path.replace('/opt/tree', '/opt/other') })),
    ),
    expect: commandFailed,
  },
  {
    id: 'butane/modes-lost',
    suite: 'butane/demo',
    describes: 'No file of the tree may be executed.',
    change: changedConfig((config) =>
      withFiles(config, (one) => (one.mode === 0o755 ? { ...one, mode: 0o644 } : one)),
    ),
    expect: assertionFailed,
  },
  {
    id: 'butane/one-machine-differs',
    suite: 'butane/same-as-json',
    describes: 'The unit is enabled on one machine only.',
    change: changedConfig((config) =>
      withUnits(
        config,
        (config.systemd?.units ?? []).map((unit) => ({
          ...unit,
          // Of the two configs only the translated one says something about Ignition itself.
          enabled: config.ignition !== undefined,
        })),
      ),
    ),
    expect: assertionFailed,
  },
  {
    id: 'butane/unit-not-enabled',
    suite: 'butane/version-1-1',
    describes: 'The unit of the local file is not enabled.',
    change: changedConfig((config) =>
      withUnits(
        config,
        (config.systemd?.units ?? []).map((unit) => ({ ...unit, enabled: false })),
      ),
    ),
    expect: assertionFailed,
  },
];
