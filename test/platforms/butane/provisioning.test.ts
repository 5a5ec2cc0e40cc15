/**
 * The files of a Butane text are what the suite says, whatever the one who runs it lets others read.
 */

import t from 'tap';
import type { LocalFile } from '../../../harness/model/topology.js';
import { fragmentOf } from '../../../platforms/butane/provisioning.js';

const config = `variant: flatcar
version: 1.0.0
storage: {trees: [{local: tree, path: /opt}]}
`;

/** The files of the fragment as path and mode. */
function modesOf(files: Readonly<Record<string, LocalFile>>): readonly string[] {
  const { storage } = fragmentOf({ kind: 'butane', config, files }).fragment;
  return (storage?.files ?? []).map(({ path, mode }) => `${path} ${mode?.toString(8)}`);
}

t.test('a tree keeps whether a file may be executed', async (t) => {
  const program = { contents: '#!/bin/sh\n', executable: true };
  const files = {
    'tree/bin/a': program,
    'tree/etc/b': 'plain\n',
    'tree/etc/c': { ...program, executable: false },
  };
  const expected = ['/opt/bin/a 755', '/opt/etc/b 644', '/opt/etc/c 644'];
  for (const mask of [0o022, 0o077, 0o000]) {
    const before = process.umask(mask);
    try {
      t.same(modesOf({ ...files }), expected, `umask ${mask.toString(8)}`);
    } finally {
      process.umask(before);
    }
  }
});
